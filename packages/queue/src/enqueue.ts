import type { JobPayload } from '@graft/contracts/job'
import type { Requirements } from '@graft/contracts/requirements'
import { toJson, type Transaction } from '@graft/db/client'
import { notifyChange, notifyJob } from '@graft/db/notifications'
import { jobRules } from './job-rules.ts'

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
  requirements?: Requirements
  /** Among what the person has queued: higher goes first. By default that of its kind. */
  priority?: number
}

/** Queues jobs in the caller's transaction, so that a job and the row it serves appear together or not at all. Waiting claims wake on commit. */
export async function enqueue(tx: Transaction, jobs: readonly NewJob[]): Promise<void> {
  if (jobs.length === 0) return
  await tx.job.createMany({
    data: jobs.map(({ id, title, payload, topic, subjectId, personId, requirements, priority }) => ({
      id,
      kind: payload.kind,
      personId,
      priority: priority ?? jobRules[payload.kind].priority,
      title: title.slice(0, 300),
      payload: toJson(payload),
      topic,
      subjectId,
      requirements: toJson(requirements ?? {}),
    })),
  })
  await notifyJob(tx, jobs.map(({ payload }) => payload.kind))
  await notifyChange(tx, ...jobs.map(({ topic, subjectId }) => ({ topic, id: subjectId })))
}
