import { GraftError } from '@graft/contracts/errors'
import type { FeatureStore } from '@graft/contracts/feature-store'
import type { BatchImage } from '../image/pixel-batches.ts'
import { createTrunkEngine, type TrunkEngineOptions } from './trunk-engine.ts'

export interface AssistOptions<Image extends BatchImage> extends Omit<TrunkEngineOptions<Image>, 'onBatch' | 'store'> {
  /** All images of the extraction. */
  images: readonly Image[]
  /** Shards that it is divided into. */
  shards: number
  store: FeatureStore
  /** So many images were computed here. */
  onProgress?(done: number): void
  /** Seconds after which no further shard is taken. */
  seconds: number
}

/**
 * Takes shards of another process's extraction and writes their features to the store that both share, until nobody is wanted for it any
 * more or `seconds` are over.
 *
 * @returns how many images it computed, and whether all shards are done or taken.
 * @throws GraftError `conflict` where the store is shared with nobody.
 */
export async function assistExtraction<Image extends BatchImage>(options: AssistOptions<Image>): Promise<{ images: number; isOver: boolean }> {
  const { store, space, shards, signal } = options
  if (store.assist === undefined) throw new GraftError('conflict', 'These features are shared with nobody: there is nothing to take part in.')
  const began = performance.now()
  const distinct = new Map(options.images.map((image) => [image.sha256, image]))
  let done = 0
  const engine = createTrunkEngine({
    ...options,
    onBatch(vectors) {
      done += vectors.size
      options.onProgress?.(done)
    },
  }, { decode: 0, extraction: 0 })
  try {
    for await (const portion of store.assist(space, [...distinct.keys()], shards, signal)) {
      await engine.compute(portion.map((sha256) => distinct.get(sha256)!))
      if ((performance.now() - began) / 1000 >= options.seconds) return { images: done, isOver: false }
    }
    return { images: done, isOver: true }
  } finally {
    await engine.close()
  }
}
