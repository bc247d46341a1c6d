import type { JobPayload } from '@graft/contracts/job'
import type { Requirements } from '@graft/contracts/requirements'
import type { Transaction } from '@graft/db/client'
import { notifyChange } from '@graft/db/notifications'
import { inPrisma } from '@graft/db/in-prisma'
import { dispatch } from './dispatch.ts'
import { requireQueuedRoom } from './quotas.ts'
import { inBatches } from './results/in-batches.ts'

/** What a job's changes are told under, besides its own id: the trial's, the import's, or the request's behind it. */
export type JobTopic = 'trial' | 'import' | 'job'

export interface NewJob {
  id: string
  /** One line for people: `MobileNetV2 on birds, seed 1`. */
  title: string
  payload: JobPayload
  topic: JobTopic
  subjectId: string
  /** Who asked for it. */
  personId: string
  /** What a worker must have to be given it; nothing by default. */
  requirements?: Partial<Requirements>
  /** Among what the person has queued: higher goes first; 0 by default. */
  priority?: number
}

/**
 * Queues jobs in the caller's transaction, so that a job, the row it serves and its delivery by pg-boss appear together or not at
 * all. Waiting claims wake on commit.
 *
 * @throws GraftError `conflict` where someone may not queue so many trials.
 */
export async function enqueue(tx: Transaction, jobs: readonly NewJob[]): Promise<void> {
  if (jobs.length === 0) return
  const trials = jobs.filter(({ payload }) => payload.kind === 'trial')
  for (const personId of new Set(trials.map((job) => job.personId))) await requireQueuedRoom(tx, personId, trials.filter((job) => job.personId === personId).length)
  const rows = jobs.map(({ id, title, payload, topic, subjectId, personId, requirements = {}, priority = 0 }) => ({
    id,
    kind: payload.kind,
    personId,
    priority,
    title: title.slice(0, 300),
    payload,
    topic,
    subjectId,
    requirements,
    attempt: 0,
  }))
  const dispatched = await dispatch(inPrisma(tx), rows)
  for (const batch of inBatches(rows.map((row, index) => ({ ...row, ...dispatched[index]! })))) await insertJobs(tx, batch)
  await notifyChange(tx, ...jobs.map(({ topic, subjectId }) => ({ topic, id: subjectId })))
}

/** By the database's clock, which Prisma's own defaults do not go by: a job is due when the database says so. */
async function insertJobs(tx: Transaction, rows: readonly object[]): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "Job" (id, kind, "personId", priority, title, payload, topic, "subjectId", requirements, queue, "dispatchId")
    SELECT id, kind, "personId", priority, title, payload, topic, "subjectId", requirements, queue, "dispatchId"
    FROM ROWS FROM (jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS (
      id text, kind text, "personId" text, priority int, title text, payload jsonb, topic text, "subjectId" text, requirements jsonb, queue text, "dispatchId" uuid
    )) WITH ORDINALITY AS given(id, kind, "personId", priority, title, payload, topic, "subjectId", requirements, queue, "dispatchId", place)
    ORDER BY place`
}
