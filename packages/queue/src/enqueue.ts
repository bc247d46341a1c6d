import type { JobPayload } from '@graft/contracts/job'
import type { Requirements } from '@graft/contracts/requirements'
import { toJson, type Transaction } from '@graft/db/client'
import { notifyChange } from '@graft/db/notifications'
import { dispatch, type Dispatchable } from './dispatch.ts'
import { requireQueuedRoom } from './quotas.ts'

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
    payload: toJson(payload),
    topic,
    subjectId,
    requirements: toJson(requirements),
    attempt: 0,
  }))
  const dispatched = await dispatch(tx, rows as Dispatchable[])
  await tx.job.createMany({ data: rows.map((row, index) => ({ ...row, queue: dispatched[index]!.queue, dispatchId: dispatched[index]!.dispatchId })) })
  await notifyChange(tx, ...jobs.map(({ topic, subjectId }) => ({ topic, id: subjectId })))
}
