import type { TrainingOptions } from '../runtime/runtime.ts'

/** How to train, and what the device of the graph cannot do. */
export interface CompiledTrainingOptions extends TrainingOptions {
  /** Does without what onnxruntime 1.30 does not do, or does wrongly, on WebGPU: places of the maxima of a pooling, and transposed convolutions in groups. */
  readonly forWebgpu?: boolean | undefined
  /** Channels of a block of onnxruntime's own layout of images, in which full batches are computed (see `BlockedLayout`). Absent or null: the device has none. */
  readonly channelBlock?: number | null | undefined
}
