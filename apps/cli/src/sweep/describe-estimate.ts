import type { SweepEstimate } from '@graft/contracts/sweep'
import { counted, duration, size } from '../terminal.ts'

/** What a launch would take, in one line. */
export function describeEstimate(estimate: SweepEstimate): string {
  const toRun = estimate.trials - estimate.alreadyDone
  const workers = estimate.workers === 0 ? 'no worker is online: start one with `graft worker`' : `${estimate.workers} worker${estimate.workers === 1 ? '' : 's'}`
  const done = estimate.alreadyDone > 0 ? ` (${estimate.alreadyDone} have a result already)` : ''
  const search = estimate.configurations > 1 ? `up to ${counted(estimate.configurations, 'configuration')}, ` : ''
  const memory = estimate.memory.bytes === null ? '' : `, ${size(estimate.memory.bytes)} of memory a trial`
  return `${search}${counted(estimate.trials, 'trial')}${done}; about ${duration(toRun === 0 ? 0 : estimate.seconds)} (${estimate.basis}), ${workers}; ${size(estimate.disk.storageBytes)} of storage${memory}.`
}
