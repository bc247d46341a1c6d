import type { Preprocessing } from './model.ts'
import type { Augmentation } from './recipe/augmentation.ts'

/** A changed image: augmented, by its number; or one of the views of test-time augmentation. */
export type FeatureView = { augmentation: Omit<Augmentation, 'views' | 'mixup' | 'cutmix'>; number: number } | { testTime: number }

/** Everything besides the image on which a feature depends. Its canonical JSON, hashed, names the space in the store. */
export interface FeatureSpace {
  /** SHA-256 of the weight file. */
  weightsSha256: string
  architecture: string
  preprocessing: Preprocessing
  /** Keras name of the layer. */
  layer: string
  /** `average` or `max` when pooled over the image; `none` keeps the whole activation, flattened. */
  pooling: 'average' | 'max' | 'none'
  /** Which view of the image it is a feature of. Absent: the image itself. */
  view?: FeatureView
  /** Raised when the engine's numbers change. */
  engineVersion: number
}

/** Features of one space by image hash. All vectors of a space have one length. */
export interface FeatureStore {
  /** Vectors that are there, by image SHA-256, and the seconds an image they once cost (mean). Damaged packs are passed over. */
  read(space: FeatureSpace, images: readonly string[], signal?: AbortSignal): Promise<{ features: Map<string, Float32Array>; secondsEach: number }>
  /** Adds vectors. Several processes may write at once; a crash leaves nothing half-written. */
  write(space: FeatureSpace, features: ReadonlyMap<string, Float32Array>, secondsEach: number, signal?: AbortSignal): Promise<void>
  /**
   * Which of the images of an extraction that are `missing` this process is to compute, portion by portion, where several share the
   * store and compute at once. What a portion came to is to be written before the next one is asked for. Images that were in no portion
   * were computed elsewhere meanwhile: `read` has them. Absent: the store is nobody else's.
   */
  divide?(space: FeatureSpace, images: readonly string[], missing: readonly string[], signal?: AbortSignal): AsyncIterable<ExtractionPortion>
  /**
   * Which images of another process's extraction, divided into `shards`, this one is to compute, portion by portion, for as long as there
   * are shards that nobody has. What a portion came to is to be written before the next one is asked for.
   */
  assist?(space: FeatureSpace, images: readonly string[], shards: number, signal?: AbortSignal): AsyncIterable<readonly string[]>
}

/** What a process is to compute next of an extraction that it shares with others. */
export interface ExtractionPortion {
  /** To be computed now; none: the others are at all that is left. */
  images: readonly string[]
  /** Images of the extraction that others have computed meanwhile. */
  elsewhere: number
  /** How many shards the extraction has, and how many are not done yet, this portion's included; absent where it is too small to be divided. */
  shards?: { all: number; left: number }
}
