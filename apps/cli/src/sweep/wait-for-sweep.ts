import { overallFraction } from '@graft/contracts/overall-fraction'
import { isTerminal } from '@graft/contracts/trial'
import type { SweepView } from '@graft/contracts/views'
import { pollUntil } from '../poll.ts'
import { startProgress } from '../progress.ts'
import type { ServerClient } from '../server-client.ts'
import { duration, remark } from '../terminal.ts'

/** Waits for a sweep with a progress bar. Ctrl-C leaves it running at the server. */
export async function waitForSweep(client: ServerClient, id: string, title: string): Promise<SweepView> {
  const progress = await startProgress(title)
  const leave = () => {
    progress.stop()
    remark('The sweep goes on at the server; `graft sweep list` shows it.')
    process.exit(130)
  }
  process.once('SIGINT', leave)
  try {
    return await pollUntil(
      () => client.ask((api) => api.sweep.get.query({ id })),
      hasEnded,
      (sweep) => progress.update(fractionDone(sweep), describeProgress(sweep)),
    )
  } finally {
    progress.stop()
    process.removeListener('SIGINT', leave)
  }
}

/** A search ends when the server says so: it may have more to propose. */
function hasEnded({ state, search, counts, trials }: SweepView): boolean {
  if (state === 'finished' || state === 'cancelled') return true
  return search === null && trials.every((trial) => isTerminal(trial.state)) && counts.queued + counts.running + counts.paused === 0
}

/** What runs counts with its own progress. */
function fractionDone({ fraction, trials, counts, search }: SweepView): number {
  const total = Math.max(Object.values(counts).reduce((sum, count) => sum + count, 0), search?.budget?.trials ?? 0)
  const shares = trials.map((trial) => (trial.state === 'running' ? ((trial.progress && overallFraction(trial.progress)) ?? 0) : 0))
  return total === 0 ? 0 : Math.min(1, fraction + shares.reduce((sum, share) => sum + share, 0) / total)
}

function describeProgress({ state, counts, trials, search, secondsLeft, best }: SweepView): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const running = trials.find((trial) => trial.state === 'running')
  const left = secondsLeft === null || secondsLeft === 0 ? '' : `, about ${duration(secondsLeft)} left`
  const pruned = counts.pruned > 0 ? `, ${counts.pruned} stopped early` : ''
  const found = search === null || best === null ? '' : `, best ${best.value.toFixed(4)}`
  return `${state === 'paused' ? 'paused; ' : ''}${counts.finished} of ${search?.budget?.trials ?? total} trials${pruned}${found}${left}${running ? ` | ${running.model} on ${running.dataset}: ${running.progress?.stage ?? ''}` : ''}`
}
