import type { FeatureReuse } from '@graft/contracts/trial'
import type { TrainEpochsOptions } from '../training/train-epochs.ts'

/** Features of every cached view of the training images: view by view, images x dimension, and what they cost. */
export interface ViewFeatures {
  readonly views: readonly Float32Array[]
  readonly dimension: number
  readonly reuse: FeatureReuse
  readonly seconds: { readonly decode: number; readonly extraction: number }
}

/** Samples of a head that trains on cached views: epoch e on view (e - 1) modulo their number. */
export function viewSource({ views, dimension }: Pick<ViewFeatures, 'views' | 'dimension'>, labels: Int32Array): NonNullable<TrainEpochsOptions['source']> {
  return async function* (epoch, order) {
    const view = views[(epoch - 1) % views.length]!
    const data = new Float32Array(order.length * dimension)
    order.forEach((image, row) => data.set(view.subarray(image * dimension, (image + 1) * dimension), row * dimension))
    yield { samples: { type: 'float32', shape: [order.length, dimension], data }, labels: Int32Array.from(order, (image) => labels[image]!) }
  }
}

/** Extracts the views one after another. */
export async function extractViews(count: number, extract: (number: number) => Promise<{ features: Float32Array; dimension: number; reuse: FeatureReuse; seconds: { decode: number; extraction: number } }>): Promise<ViewFeatures> {
  const views: Float32Array[] = []
  const reuse: FeatureReuse[] = []
  const seconds = { decode: 0, extraction: 0 }
  let dimension = 0
  for (let number = 0; number < count; number++) {
    const extracted = await extract(number)
    views.push(extracted.features)
    dimension = extracted.dimension
    reuse.push(extracted.reuse)
    seconds.decode += extracted.seconds.decode
    seconds.extraction += extracted.seconds.extraction
  }
  return { views, dimension, reuse: addedReuse(reuse), seconds }
}

/** What several extractions reused and computed together. */
export const addedReuse = (parts: readonly FeatureReuse[]): FeatureReuse =>
  parts.reduce((sum, own) => ({ ...sum, ...own, reused: sum.reused + own.reused, computed: sum.computed + own.computed, secondsSaved: sum.secondsSaved + own.secondsSaved }))
