const tickMilliseconds = 1000

/** Notices that this process did not run for a while: stopped by a signal, or a machine without a free processor. */
export interface FreezeWatch {
  /** Seconds of the longest pause so far, the present one included. */
  longestPause(): number
  end(): void
}

export function watchForFreezes(now: () => number = () => performance.now()): FreezeWatch {
  let last = now()
  let longest = 0
  const look = (): number => {
    longest = Math.max(longest, (now() - last) / 1000)
    return longest
  }
  const timer = setInterval(() => {
    look()
    last = now()
  }, tickMilliseconds)
  timer.unref()
  return { longestPause: look, end: () => clearInterval(timer) }
}
