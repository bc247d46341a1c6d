import { createHash } from 'node:crypto'
import type { Statement, StatementRunner } from '@graft/db/statements'
import PgBoss from 'pg-boss'

// pg-boss as a library of queues in the caller's transaction: nothing is started, so that it has no connection, no timer and no
// maintenance of its own. Its schema comes with our migrations; its jobs are deleted when they are delivered.
const settings = { schema: 'pgboss', supervise: false, schedule: false, migrate: false }

const inCallersTransaction: PgBoss.Db = {
  executeSql: () => Promise.reject(new Error('pg-boss is only used within a transaction of ours: pass `db`.')),
}
const boss = new PgBoss({ ...settings, db: inCallersTransaction })

/** How pg-boss asks within a transaction of ours. */
const over = (tx: StatementRunner): PgBoss.Db => ({ executeSql: async (text, values = []) => ({ rows: await tx.rows(statementOf(text), values) }) })
/** The same where it wants no answer. */
const commanding = (tx: StatementRunner): PgBoss.Db => ({ executeSql: async (text, values = []) => (await tx.run(statementOf(text), values), { rows: [] }) })

const statements = new Map<string, Statement>()
/** pg-boss asks by a handful of texts, whatever the queue. */
function statementOf(text: string): Statement {
  const known = statements.get(text)
  if (known !== undefined) return known
  const statement = { name: `boss-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`, text }
  statements.set(text, statement)
  return statement
}

/** A job of pg-boss's: which job of ours it may start. */
export interface BossJob {
  id: string
  /** Queue. */
  name: string
  priority: number
  jobId: string
  delaySeconds: number
}

const jobsAtOnce = 1000

/** Makes a queue if it is not there. */
export async function createBossQueue(tx: StatementRunner, name: string): Promise<void> {
  await new PgBoss({ ...settings, db: commanding(tx) }).createQueue(name)
}

/** Sends jobs with the transaction: they can be fetched once it has committed, and never when it rolls back. */
export async function sendBossJobs(tx: StatementRunner, jobs: readonly BossJob[]): Promise<void> {
  for (let start = 0; start < jobs.length; start += jobsAtOnce) {
    const batch = jobs.slice(start, start + jobsAtOnce)
    await boss.insert(
      batch.map(({ id, name, priority, jobId, delaySeconds }) => ({ id, name, priority, data: { jobId }, startAfter: String(delaySeconds) })),
      { db: over(tx) },
    )
  }
}

/** Takes the next job of a queue, for good if the transaction commits; null when none is due or others are taking all there are. */
export async function takeBossJob(tx: StatementRunner, name: string): Promise<{ id: string; jobId: string } | null> {
  const [job] = await boss.fetch<{ jobId: string }>(name, { db: over(tx) })
  if (job === undefined) return null
  await deleteBossJobs(tx, name, [job.id])
  return { id: job.id, jobId: job.data.jobId }
}

export async function deleteBossJobs(tx: StatementRunner, name: string, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += jobsAtOnce) await boss.deleteJob(name, ids.slice(start, start + jobsAtOnce), { db: over(tx) })
}
