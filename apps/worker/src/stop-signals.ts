import { GraftError } from '@graft/contracts/errors'

/**
 * An AbortSignal that fires at the first SIGINT or SIGTERM; the second one ends the process at once.
 * @param onFirst told which signal came.
 */
export function stopSignal(onFirst: (signal: NodeJS.Signals) => void): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143)
      onFirst(signal)
      controller.abort(new GraftError('aborted', `Stopped by ${signal}.`))
    })
  }
  return controller.signal
}
