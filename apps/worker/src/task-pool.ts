/** Runs tasks side by side, at most `limit` at a time. */
export interface TaskPool {
  /** Starts a task as soon as there is room; resolves then, so that the caller is held back. @throws the first failure of an earlier task. */
  add(task: () => Promise<unknown>): Promise<void>
  /** Resolves when all have ended. @throws the first failure. */
  drain(): Promise<void>
}

export function createTaskPool(limit: number): TaskPool {
  const running = new Set<Promise<void>>()
  let failure: { error: unknown } | null = null
  const check = () => {
    if (failure) throw failure.error
  }
  return {
    async add(task) {
      while (running.size >= limit) await Promise.race(running)
      check()
      const run: Promise<void> = task()
        .then(
          () => undefined,
          (error: unknown) => void (failure ??= { error }),
        )
        .finally(() => running.delete(run))
      running.add(run)
    },
    async drain() {
      await Promise.all(running)
      check()
    },
  }
}
