import type { Preprocessing } from '@graft/contracts/model'
import type { LossRecipe } from '@graft/contracts/recipe/loss'
import type { OptimizerRecipe } from '@graft/contracts/recipe/optimizer'
import type { Network, NetworkWeights } from '../network/description.ts'
import type { FloatTensor, RuntimeTensor } from './runtime-tensor.ts'

/** What runs and trains networks on one device. A further runtime is one more folder that implements this. */
export interface Runtime {
  /** `onnxruntime`, `tensorflow`. */
  readonly name: string
  /** `cpu`, `webgpu`, `cuda`. */
  readonly device: string
  readonly versions: Readonly<Record<string, string>>
  /** Throws `not_found` for an unknown layer, `mismatch` for weights or preprocessing that do not fit. */
  openForward(network: Network, weights: NetworkWeights, options: ForwardOptions, signal?: AbortSignal): Promise<ForwardSession>
  /** Throws `unsupported` for a network that cannot be trained. */
  openTraining(network: Network, weights: NetworkWeights, options: TrainingOptions, signal?: AbortSignal): Promise<TrainingSession>
}

export interface ForwardOptions {
  /** How uint8 pixels become the network's input; null: the input is float32 already. */
  readonly preprocessing: Preprocessing | null
  /** Layer whose output is wanted; default: the network's. */
  readonly output?: string
  /** Global pooling of an image-shaped output; ignored for vectors. Default `none`. */
  readonly pooling?: 'average' | 'max' | 'none'
}

export interface ForwardSession {
  /**
   * `input`: uint8 [n, height, width, 3] RGB with preprocessing, else float32 [n, ...the network's input shape], in Keras's order
   * (channels last), as is what comes out: [n, ...the layer's shape], or [n, channels] when pooled.
   */
  run(input: RuntimeTensor, signal?: AbortSignal): Promise<FloatTensor>
  dispose(): Promise<void>
}

export interface TrainingOptions {
  readonly optimizer: OptimizerRecipe
  readonly batchSize: number
  /** How uint8 pixels become the network's input; null: samples are float32 already. */
  readonly preprocessing: Preprocessing | null
  /** Absent: cross-entropy. */
  readonly loss?: LossRecipe | undefined
  /** Factors of the samples' training losses by class index (Keras's `class_weight`). Absent: 1. */
  readonly classWeights?: readonly number[] | undefined
  /** Training labels are distributions over the classes. */
  readonly softLabels?: boolean | undefined
  /** Layers whose weights stay; their batch normalization runs in inference mode. Absent: none. */
  readonly frozen?: ReadonlySet<string> | undefined
  /** Of layers that are not frozen. Default `keep-statistics`. */
  readonly batchNormalization?: 'keep-statistics' | 'update-statistics' | undefined
  /** Samples of a batch that are computed at once; gradients are summed before the update. Absent: the whole batch. */
  readonly microbatchSize?: number | undefined
}

/** A run over samples that lie in memory, batch by batch in an order. */
export interface TrainingRun {
  /** [n, ...the network's input shape]: uint8 with preprocessing, else float32. */
  readonly samples: RuntimeTensor
  /** Class indexes [n]; with soft labels distributions, n x classes. */
  readonly labels: Int32Array | Float32Array
  /** Which samples, in which order; the last batch may be smaller, its mean is over its real size, as in Keras's fit. */
  readonly order: Int32Array
  /** One a step. */
  readonly learningRates: Float32Array
  /** Steps of the training before this run: some optimizers correct for a bias by it. */
  readonly stepsBefore: number
  /** Dropout masks by `mask/<layer>`: uint8 [order length, ...the layer's shape], 1 where a unit stays. */
  readonly masks: Readonly<Record<string, RuntimeTensor>>
}

export interface TrainingResult {
  /** Of each batch before its update: the mean of the samples' losses (weighted by class, if so) and what L2 adds. */
  readonly losses: Float32Array
  /** Samples that were classified rightly before their batch's update. */
  readonly correct: number
  /** False once anything in the state is no finite number. */
  readonly isFinite: boolean
}

/** Everything that a step changes (weights, slots, moving statistics), by the runtime's own names. A state fits sessions of the same network, options and runtime. */
export type TrainingState = Readonly<Record<string, FloatTensor>>

export interface TrainingSession {
  train(run: TrainingRun, signal?: AbortSignal): Promise<TrainingResult>
  /** Loss (with what L2 adds, without class weights) and whether the class is right, sample by sample, without dropout and with the weights that `weights` gives. `labels`: class indexes. */
  evaluate(samples: RuntimeTensor, labels: Int32Array, signal?: AbortSignal): Promise<{ losses: Float32Array; correct: Uint8Array }>
  /** Every weight of the network in Keras's layout and order; their moving averages where the optimizer keeps them. */
  weights(): Promise<NetworkWeights>
  /** Exact, so that a training that goes on from it comes out bit by bit as one that was never interrupted. */
  state(): Promise<TrainingState>
  restore(state: TrainingState): Promise<void>
  dispose(): Promise<void>
}
