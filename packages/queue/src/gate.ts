/** Lets so many run at once; the rest wait in the order in which they came. */
export function createGate(width: number): <Answer>(run: () => Answer | Promise<Answer>) => Promise<Answer> {
  const waiting: (() => void)[] = []
  let free = width
  return async (run) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}
