import type { NetworkLayer } from '@graft/contracts/recipe/layers'
import type { LossRecipe } from '@graft/contracts/recipe/loss'
import type { Pair } from '../description.ts'

export interface ArchitectureOptions {
  /** Height and width of the image. */
  readonly inputSize: Pair
  readonly includeTop: boolean
  readonly classes: number
  /** Of a baseline: what its output is for; absent: cross-entropy. */
  readonly loss?: LossRecipe
  /** The layers of `custom-cnn`. */
  readonly customLayers?: readonly NetworkLayer[]
  /** Width multiplier; 1 where an architecture has none. */
  readonly alpha: number
}
