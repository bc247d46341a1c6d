import { isGraftError } from '@graft/contracts/errors'
import type { ImagePrediction } from '@graft/contracts/job'
import { loadPixels } from '../image/load-pixels.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { rankedClasses } from './ranked-classes.ts'
import { compileTrainedModel, loadTrainedModel, type TrainedModel } from './trained-model.ts'

export interface ImageToPredict {
  path: string
  sha256: string
}

/**
 * Classifies images with a trained model. An image that cannot be read or decoded gets its error and no classes; the others are
 * classified all the same. Answers come in the order of the images.
 */
export async function predictImages<Image extends ImageToPredict>(options: {
  runtime: Runtime
  trained: TrainedModel
  images: readonly Image[]
  read(image: Image): Promise<Uint8Array>
  onProgress?(done: number, total: number): void
  signal?: AbortSignal
}): Promise<ImagePrediction[]> {
  const { runtime, trained, images, signal } = options
  const { whole } = await loadTrainedModel(trained, signal)
  const session = await runtime.createSession(compileTrainedModel(trained, whole), signal)
  const { preprocessing } = trained.model
  const predictions: ImagePrediction[] = []
  try {
    for (const image of images) {
      const { path, sha256 } = image
      const pixels = await readPixels(() => options.read(image), preprocessing)
      if (typeof pixels === 'string') {
        predictions.push({ path, sha256, classes: [], error: pixels })
      } else {
        const { output } = await session.run({ images: { type: 'uint8', shape: [1, ...preprocessing.inputSize, 3], data: pixels } }, signal)
        predictions.push({ path, sha256, classes: rankedClasses(trained.classes, output?.data as Float32Array), error: null })
      }
      options.onProgress?.(predictions.length, images.length)
    }
  } finally {
    await session.dispose()
  }
  return predictions
}

/** The pixels, or the sentence that says why there are none. What is not the image's fault (an abort, the network) is thrown. */
async function readPixels(read: () => Promise<Uint8Array>, preprocessing: TrainedModel['model']['preprocessing']): Promise<Uint8Array | string> {
  const bytes = await read()
  try {
    return await loadPixels(bytes, preprocessing)
  } catch (error) {
    if (isGraftError(error) && error.code === 'corrupt') return error.message
    throw error
  }
}
