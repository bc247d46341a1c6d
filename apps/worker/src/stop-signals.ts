import { GraftError } from '@graft/contracts/errors'

/**
 * An AbortSignal that fires at the first SIGINT or SIGTERM; the second one ends the process at once.
 * @param onFirst told which signal came.
 */
export function stopSignal(onFirst: (signal: NodeJS.Signals) => void): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) return endBySignal(signal)
      onFirst(signal)
      controller.abort(new GraftError('aborted', `Stopped by ${signal}.`))
    })
  }
  return controller.signal
}

/** Ends this process now, by a signal that it no longer handles. */
function endBySignal(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}
