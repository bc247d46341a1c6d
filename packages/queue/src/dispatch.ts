import { createHash, randomUUID } from 'node:crypto'
import type { JobKind } from '@graft/contracts/job'
import type { Requirements } from '@graft/contracts/requirements'
import type { Job } from '@graft/db/generated/client'
import { notifyJobs } from '@graft/db/notifications'
import type { Statement, StatementRunner } from '@graft/db/statements'
import { createBossQueue, deleteBossJobs, sendBossJobs } from './boss.ts'

export interface DispatchQueue {
  name: string
  kind: JobKind
  /** Whose turn it is; short jobs go in nobody's turn. */
  personId: string | null
  requirements: Requirements
}

/** The queue of a job: one for what the same workers may be given in the same person's turn. */
export function queueOf(kind: JobKind, personId: string, requirements: Partial<Requirements>): DispatchQueue {
  const labels = Object.fromEntries(Object.entries(requirements.labels ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1)))
  const wanted = { labels, ...(requirements.memoryBytes === undefined ? {} : { memoryBytes: requirements.memoryBytes }) }
  const isAnyWorker = Object.keys(labels).length === 0 && wanted.memoryBytes === undefined
  const turn = kind === 'trial' ? personId : null
  const suffix = isAnyWorker ? '' : `_${createHash('sha256').update(JSON.stringify(wanted)).digest('hex').slice(0, 16)}`
  return { name: `${kind}${turn === null ? '' : `_${turn}`}${suffix}`, kind, personId: turn, requirements: wanted }
}

const knownQueues: Statement = { name: 'known-queues', text: 'SELECT name FROM "DispatchQueue" WHERE name = ANY($1::text[])' }
const addQueue: Statement = {
  name: 'add-queue',
  text: 'INSERT INTO "DispatchQueue" (name, kind, "personId", requirements) VALUES ($1, $2, $3, $4::jsonb) ON CONFLICT DO NOTHING',
}

/** Makes those of the queues that are not there yet, in the caller's transaction. */
export async function ensureQueues(tx: StatementRunner, queues: readonly DispatchQueue[]): Promise<void> {
  const wanted = new Map(queues.map((queue) => [queue.name, queue]))
  for (const { name } of await tx.rows<{ name: string }>(knownQueues, [[...wanted.keys()]])) wanted.delete(name)
  for (const { name, kind, personId, requirements } of wanted.values()) {
    await tx.run(addQueue, [name, kind, personId, JSON.stringify(requirements)])
    await createBossQueue(tx, name)
  }
}

export interface Dispatchable extends Pick<Job, 'id' | 'kind' | 'personId' | 'priority' | 'attempt'> {
  /** Requirements of the contracts. */
  requirements: unknown
}
export interface Dispatched {
  jobId: string
  queue: string
  dispatchId: string
}

/**
 * Sends a job of pg-boss's for each of some jobs, in their order, in the transaction in which their rows become queued. The rows
 * must be given `queue` and `dispatchId` of the answer. Waiting claims wake on commit.
 */
export async function dispatch(tx: StatementRunner, jobs: readonly Dispatchable[], delaySeconds = 0): Promise<Dispatched[]> {
  const queues = jobs.map((job) => queueOf(job.kind as JobKind, job.personId, job.requirements as Partial<Requirements>))
  await ensureQueues(tx, queues)
  const sent = jobs.map((job, index) => ({ job, queue: queues[index]!, id: orderedId(index) }))
  await sendBossJobs(tx, sent.map(({ job, queue, id }) => ({ id, name: queue.name, priority: bossPriority(job), jobId: job.id, delaySeconds })))
  if (delaySeconds === 0) await notifyJobs(tx, countByQueue(queues))
  return sent.map(({ job, queue, id }) => ({ jobId: job.id, queue: queue.name, dispatchId: id }))
}

/** Takes back what was sent for queued jobs: they are not queued any more, or are sent anew. */
export async function withdraw(tx: StatementRunner, jobs: readonly Pick<Job, 'queue' | 'dispatchId'>[]): Promise<void> {
  const byQueue = new Map<string, string[]>()
  for (const { queue, dispatchId } of jobs) {
    if (queue === null || dispatchId === null) continue
    const ids = byQueue.get(queue)
    if (ids === undefined) byQueue.set(queue, [dispatchId])
    else ids.push(dispatchId)
  }
  for (const [name, ids] of byQueue) await deleteBossJobs(tx, name, ids)
}

/** Within a person's turn; what was interrupted goes on before what never began. */
const bossPriority = ({ priority, attempt }: Pick<Job, 'priority' | 'attempt'>): number => priority * 2 + (attempt > 0 ? 1 : 0)

/** pg-boss orders jobs of one transaction and priority by their ids: these keep the order in which they are made. */
const orderedId = (index: number): string => index.toString(16).padStart(8, '0') + randomUUID().slice(8)

function countByQueue(queues: readonly DispatchQueue[]): { kind: string; requirements: object; count: number }[] {
  const counts = new Map<string, { kind: string; requirements: object; count: number }>()
  for (const { name, kind, requirements } of queues) {
    const counted = counts.get(name)
    if (counted === undefined) counts.set(name, { kind, requirements, count: 1 })
    else counted.count += 1
  }
  return [...counts.values()]
}
