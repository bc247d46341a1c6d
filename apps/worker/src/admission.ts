import { setTimeout as sleep } from 'node:timers/promises'

export interface AdmissionOptions {
  /** Bytes that are free for trials now: of the device, or of the machine. */
  free(): Promise<number>
  /** Bytes that trials may take together. */
  total: number
  /** Seconds between two looks at the memory; default 2. */
  lookSeconds?: number
}

/** What a trial was let in with. */
export interface Admitted {
  /** Bytes that its process may take. */
  memoryBudget: number
  /** It has ended. */
  leave(): void
}

/** Decides whether the memory takes one more trial beside those that run. */
export interface Admission {
  /** Resolves when another trial may be claimed: at once while none runs, else when as much is free as the largest so far was estimated to take. Rejects with the signal's reason. */
  roomForAnother(signal: AbortSignal): Promise<void>
  /**
   * Resolves when a trial of `bytes`, by the engine's estimate, may begin: at once while none runs, for then the engine makes do with what
   * there is; else when that much is free. `onWait` is told before each wait. Rejects with the signal's reason.
   */
  admit(bytes: number, signal: AbortSignal, onWait: (needed: number, free: number) => void): Promise<Admitted>
}

export function createAdmission({ free, total, lookSeconds = 2 }: AdmissionOptions): Admission {
  /** Estimates of those that were let in; what they have not taken yet is not free. */
  const running = new Set<{ bytes: number; since: number }>()
  let largest = 0
  /** One at a time: two that look at once would both take the same free memory. */
  let turn: Promise<unknown> = Promise.resolve()

  const promised = (): number => [...running].filter(({ since }) => performance.now() - since < settlingMilliseconds).reduce((sum, { bytes }) => sum + bytes, 0)
  const fits = async (bytes: number): Promise<{ yes: boolean; available: number }> => {
    const available = (await free()) - promised()
    return { yes: running.size === 0 || bytes <= available, available }
  }
  async function wait(bytes: number, signal: AbortSignal, onWait: (available: number) => void): Promise<number> {
    for (;;) {
      signal.throwIfAborted()
      const { yes, available } = await fits(bytes)
      if (yes) return available
      onWait(available)
      await sleep(lookSeconds * 1000, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
  }
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = turn.then(work, work)
    turn = mine.catch(() => undefined)
    return mine
  }

  return {
    roomForAnother: async (signal) => void (await wait(largest, signal, () => undefined)),
    admit: (bytes, signal, onWait) =>
      inTurn(async () => {
        const available = await wait(bytes, signal, (left) => onWait(bytes, left))
        const entry = { bytes, since: performance.now() }
        running.add(entry)
        largest = Math.max(largest, bytes)
        return { memoryBudget: running.size === 1 ? total : Math.max(bytes, available), leave: () => void running.delete(entry) }
      }),
  }
}

/** A trial takes its memory in its first seconds: until then what it was promised counts as taken. */
const settlingMilliseconds = 30_000
