/** Something to wait for that remembers having rung since it was reset. */
export interface Bell {
  ring(): void
  reset(): void
  /** Until it rings, or at most so long; at once when it has rung since the reset. */
  wait(milliseconds: number): Promise<void>
}

/** Reset it before looking whether there is something to do, and wait after: what happens in between is not missed. */
export function createBell(): Bell {
  let rung = false
  let wake: (() => void) | undefined
  return {
    reset: () => void (rung = false),
    ring: () => {
      rung = true
      wake?.()
    },
    wait: (milliseconds) =>
      new Promise<void>((resolve) => {
        if (rung) return resolve()
        const timer = setTimeout(resolve, milliseconds)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
  }
}
