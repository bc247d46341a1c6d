import { isGraftError } from '@graft/contracts/errors'
import type { ExtractionPortion, FeatureStore } from '@graft/contracts/feature-store'

/** A cache that cannot be used costs time, never a trial. */
export interface ForgivingStore extends FeatureStore {
  /** Why it is not used any more, in words; null while all is well. */
  problem(): string | null
}

/**
 * A feature store whose disk may be full, read-only or broken: from the first such failure on it is left alone, finds nothing and keeps
 * nothing. Everything else that goes wrong (an abort, vectors of different lengths) passes through.
 */
export function forgivingStore(store: FeatureStore): ForgivingStore {
  let problem: string | null = null
  async function orNothing<Answer>(work: () => Promise<Answer>, nothing: Answer, signal: AbortSignal | undefined): Promise<Answer> {
    if (problem !== null) return nothing
    try {
      return await work()
    } catch (error) {
      if (signal?.aborted === true || !isOfItsDisk(error)) throw error
      // `ENOTDIR: not a directory, mkdir '/…'`: what it is, without where.
      problem = `The feature cache is not used: ${(error as Error).message.split(', ')[0]!.replace(/\.$/, '')}.`
      return nothing
    }
  }
  return {
    problem: () => problem,
    read: (space, images, signal) => orNothing(() => store.read(space, images, signal), { features: new Map(), secondsEach: 0 }, signal),
    divide: store.divide && ((space, images, missing, signal) => (problem === null ? store.divide!(space, images, missing, signal) : allAtOnce(missing))),
    write: (space, features, secondsEach, signal) => orNothing(() => store.write(space, features, secondsEach, signal), undefined, signal),
  }
}

async function* allAtOnce(images: readonly string[]): AsyncGenerator<ExtractionPortion> {
  yield { images, elsewhere: 0 }
}

/** Whether an error is one of the cache's disk: full, or what the file system says. */
const isOfItsDisk = (error: unknown): boolean => (isGraftError(error) ? error.code === 'disk_full' : typeof (error as NodeJS.ErrnoException).code === 'string')
