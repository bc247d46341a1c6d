import { GraftError } from '@graft/contracts/errors'

/** Runs `work` with a signal that fires at Ctrl-C or SIGTERM; a second one ends the process at once. */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController()
  const stop = (): void => {
    process.once('SIGINT', () => process.exit(130))
    controller.abort(new GraftError('aborted', 'Stopped.', { hint: 'Features that were computed are kept; the next run goes on from there.' }))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    return await work(controller.signal)
  } catch (error) {
    // Whatever the signal made fail (a read, a run) fails with words of its own.
    throw controller.signal.aborted ? controller.signal.reason : error
  } finally {
    process.removeListener('SIGINT', stop)
    process.removeListener('SIGTERM', stop)
  }
}
