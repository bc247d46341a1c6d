/** Looks at the memory this often. */
const lookMilliseconds = 200

/** Watches the resident memory of this process until it is stopped. Other trials that the process runs meanwhile count as well. */
export function watchPeakMemory(): { /** Largest so far, bytes. */ peak(): number; stop(): void } {
  let largest = 0
  const look = (): void => void (largest = Math.max(largest, process.memoryUsage.rss()))
  look()
  const timer = setInterval(look, lookMilliseconds)
  timer.unref()
  return {
    peak() {
      look()
      return largest
    },
    stop: () => clearInterval(timer),
  }
}
