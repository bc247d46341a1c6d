import type { Layer } from '../../network/description.ts'
import type { GradientContext } from '../backward/gradient-context.ts'
import type { BlockedImages } from './blocked-images.ts'

/** Where layers are computed on images in blocks; `value` gives them in blocks. */
export interface BlockedContext extends GradientContext {
  readonly images: BlockedImages
  /** The same network's values as [N, C, H, W]. */
  readonly plain: GradientContext
  /** Whether a layer is computed in blocks, so that its output is there in blocks first. */
  computesInBlocks(layerName: string): boolean
  /** Whether `layerName` is taken by this one layer alone, and not the network's output. */
  isOnlyTakenBy(layerName: string, layer: Layer): boolean
  /** Makes a value once under a key. */
  once(key: string, make: () => string): string
}
