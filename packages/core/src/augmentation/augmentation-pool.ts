import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { GraftError } from '@graft/contracts/errors'
import type { AugmentationRequest, AugmentedBatch } from './augment-batch.ts'

/** Threads that augment batches beside the training. */
export interface AugmentationPool {
  /** Takes the request's pixels over: they are empty for the caller afterwards. Rejects with `internal` when a thread fails or the pool is closed. */
  augment(request: AugmentationRequest): Promise<AugmentedBatch>
  close(): Promise<void>
}

interface Waiting {
  resolve(batch: AugmentedBatch): void
  reject(error: unknown): void
}

/** Half of the processors, at most four: the training needs them, too, and seldom takes more images than two threads make. */
const defaultThreads = (): number => Math.max(1, Math.min(4, Math.floor(availableParallelism() / 2)))

/**
 * Starts the threads. Batches are handed to them at once, to the one with the fewest, so that they go on while the calling thread
 * is kept busy by a run; how many are under way is the caller's to bound.
 */
export function createAugmentationPool(threads = defaultThreads()): AugmentationPool {
  const lanes = Array.from({ length: threads }, () => new AugmentationLane())
  return {
    augment: (request) => lanes.reduce((least, lane) => (lane.load < least.load ? lane : least)).augment(request),
    close: async () => void (await Promise.all(lanes.map((lane) => lane.close()))),
  }
}

class AugmentationLane {
  readonly #thread = new Worker(new URL('./augmentation-thread.mjs', import.meta.url), { execArgv: [] })
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #dead: GraftError | null = null

  constructor() {
    this.#thread.on('message', ({ id, pixels, labels }: { id: number } & AugmentedBatch) => {
      const asked = this.#waiting.get(id)
      this.#waiting.delete(id)
      asked?.resolve({ pixels, labels })
    })
    this.#thread.on('error', (cause) => this.#die(new GraftError('internal', `Augmenting images failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })))
    this.#thread.on('exit', () => this.#die(new GraftError('internal', 'The thread that augments images ended.')))
    // A pool that nobody closed must not keep a finished program alive; batches that are waited for do.
    this.#thread.unref()
  }

  get load(): number {
    return this.#waiting.size
  }

  augment(request: AugmentationRequest): Promise<AugmentedBatch> {
    if (this.#dead !== null) return Promise.reject(this.#dead)
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      const settled = (): void => void (this.#waiting.size === 0 && this.#thread.unref())
      this.#waiting.set(id, { resolve: (batch) => (settled(), resolve(batch)), reject: (error) => (settled(), reject(error)) })
      this.#thread.ref()
      this.#thread.postMessage({ id, request }, [request.pixels.buffer])
    })
  }

  async close(): Promise<void> {
    this.#die(new GraftError('internal', 'Augmenting images was ended.'))
    await this.#thread.terminate()
  }

  #die(error: GraftError): void {
    this.#dead ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#dead)
    this.#waiting.clear()
  }
}
