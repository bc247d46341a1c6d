import type { ErrorReport } from '@graft/contracts/errors'
import type { JobProgress } from '@graft/contracts/job'
import type { Job } from '@graft/db/generated/client'

/** What a job is doing, while it runs. */
export const jobProgress = (job: Pick<Job, 'state' | 'progress'> | null): JobProgress | null => (job?.state === 'running' ? (job.progress as JobProgress | null) : null)

/** Why a job failed; or why its attempt before failed, while it waits for the next. */
export const jobError = (job: Pick<Job, 'error'> | null): ErrorReport | null => (job?.error as ErrorReport | null | undefined) ?? null
