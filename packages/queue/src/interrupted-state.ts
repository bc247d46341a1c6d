import type { JobState } from '@graft/contracts/trial'
import type { Job } from '@graft/db/generated/client'

/** What becomes of a job whose attempt ended before it had a result: it waits for the next one, unless it was to be paused or pruned anyway. */
export function interruptedState({ order }: Pick<Job, 'order'>): Extract<JobState, 'queued' | 'paused' | 'pruned'> {
  if (order === 'pause') return 'paused'
  return order === 'prune' ? 'pruned' : 'queued'
}
