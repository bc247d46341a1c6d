import type { WeightFormat } from '@graft/contracts/model'

/** One tensor of an opened weight file. Nothing is read until `read`, so that shapes are checked before memory is taken. */
export interface StoredTensor {
  /** As the file names it, for messages: `block1_conv1/kernel:0`. */
  readonly name: string
  readonly shape: readonly number[]
  /** Values in row-major order. */
  read(): Float32Array
}

/** The weights of one layer in the file's order. Layers without weights are left out. */
export interface StoredLayer {
  readonly name: string
  readonly tensors: readonly StoredTensor[]
}

/** An opened weight file, whatever its format. */
export interface StoredWeights {
  readonly format: WeightFormat
  /** For messages: the file's path. */
  readonly source: string
  readonly layers: readonly StoredLayer[]
  /** `class-order`: names are Keras 3's counted classes (`conv2d_3`), given anew at saving, and say nothing about the layers' own names. */
  readonly naming: 'layer-names' | 'class-order'
  /** Whether `layers` stand in the order of Keras's `model.layers`. Formats that sort their tensors have lost it. */
  readonly ordered: boolean
  close(): void
}
