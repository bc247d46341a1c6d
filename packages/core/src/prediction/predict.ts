import { isGraftError } from '@graft/contracts/errors'
import type { ImagePrediction } from '@graft/contracts/job'
import type { Preprocessing } from '@graft/contracts/model'
import { meanProbabilities } from '@graft/statistics/mean-probabilities'
import { testTimeView } from '../augmentation/test-time-view.ts'
import { createDecodePool, type DecodePool } from '../dataset/decode-pool.ts'
import { loadPixels } from '../image/load-pixels.ts'
import { classProbabilities } from '../network/class-probabilities.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { rankedClasses } from './ranked-classes.ts'
import { loadTrainedModel, type TrainedModel } from './trained-model.ts'

export interface ImageToPredict {
  path: string
  sha256: string
}

/**
 * Classifies images with a trained model. An image that cannot be decoded gets its error and no classes; the others are classified
 * all the same. Answers come in the order of the images. Files are first decoded in a child process, as at an import: they
 * come from anywhere.
 */
export async function predictImages<Image extends ImageToPredict>(options: {
  runtime: Runtime
  trained: TrainedModel
  images: readonly Image[]
  read(image: Image): Promise<Uint8Array>
  /** Views of test-time augmentation whose probabilities are averaged. Default 1: the image itself. */
  views?: number
  onProgress?(done: number, total: number): void
  signal?: AbortSignal
}): Promise<ImagePrediction[]> {
  const { runtime, trained, images, signal, views = 1 } = options
  const { preprocessing } = trained.model
  const { whole } = await loadTrainedModel(trained, signal)
  const pool = createDecodePool({ children: 1 })
  const session = await runtime.openForward(whole.network, whole.weights, { preprocessing }, signal)
  const predictions: ImagePrediction[] = []
  try {
    for (const image of images) {
      const { path, sha256 } = image
      const pixels = await safePixels(await options.read(image), preprocessing, pool, signal)
      if (typeof pixels === 'string') {
        predictions.push({ path, sha256, classes: [], error: pixels })
      } else {
        const probabilities: Float32Array[] = []
        for (let view = 0; view < views; view++) {
          const data = view === 0 ? pixels : testTimeView(pixels, ...preprocessing.inputSize, view)
          probabilities.push((await session.run({ type: 'uint8', shape: [1, ...preprocessing.inputSize, 3], data }, signal)).data)
        }
        predictions.push({ path, sha256, classes: rankedClasses(trained.classes, classProbabilities(whole.network, meanProbabilities(probabilities))), error: null })
      }
      options.onProgress?.(predictions.length, images.length)
    }
  } finally {
    await pool.close()
    await session.dispose()
  }
  return predictions
}

/** The pixels, or the sentence that says why there are none. What is not the image's fault (an abort) is thrown. */
async function safePixels(bytes: Uint8Array, preprocessing: Preprocessing, pool: DecodePool, signal: AbortSignal | undefined): Promise<Uint8Array | string> {
  const outcome = await pool.decode(bytes, signal)
  if ('failure' in outcome) return outcome.failure.reason
  try {
    return await loadPixels(bytes, preprocessing)
  } catch (error) {
    if (isGraftError(error) && error.code !== 'aborted') return error.message
    throw error
  }
}
