import type { ErrorReport } from '@graft/contracts/errors'
import type { PixelTransform } from '../../compiler/preprocessing-graph.ts'
import type { Network, NetworkWeights, Tensor } from '../../network/description.ts'
import type { ForwardOptions, TrainingOptions, TrainingRun, TrainingState } from '../runtime.ts'
import type { FloatTensor, RuntimeTensor } from '../runtime-tensor.ts'

/** Weights by layer name, then by weight name. */
export type PlainWeights = Readonly<Record<string, Readonly<Record<string, Tensor>>>>

/** Tensors of samples that TensorFlow's process keeps for a session: those of training and those of validation. */
export const keptSamples = 2

/** Samples as they are sent: a tensor once, then by the number it was given. */
export interface SentSamples {
  readonly number: number
  /** Absent where TensorFlow's process has it already. */
  readonly tensor?: RuntimeTensor
}

export interface ForwardDescription extends Pick<ForwardOptions, 'output' | 'pooling'> {
  readonly network: Network
  readonly transform: PixelTransform | null
}

export interface TrainingDescription extends Omit<TrainingOptions, 'preprocessing' | 'frozen'> {
  readonly network: Network
  readonly transform: PixelTransform | null
  readonly frozen: readonly string[]
}

/** What TensorFlow's process is asked, and what it answers. */
export interface Operations {
  'open-forward': [{ session: number; forward: ForwardDescription; weights: PlainWeights }, null]
  'open-training': [{ session: number; training: TrainingDescription; weights: PlainWeights }, null]
  run: [{ session: number; input: RuntimeTensor }, FloatTensor]
  train: [{ session: number; run: Omit<TrainingRun, 'samples'>; samples: SentSamples }, { losses: Float32Array; correct: number; isFinite: boolean }]
  evaluate: [{ session: number; samples: SentSamples; labels: Int32Array }, { losses: Float32Array; correct: Uint8Array }]
  weights: [{ session: number }, PlainWeights]
  state: [{ session: number }, TrainingState]
  restore: [{ session: number; state: TrainingState }, null]
  dispose: [{ session: number }, null]
  memory: [Record<string, never>, TensorflowMemory]
}

/** What TensorFlow's process holds. */
export interface TensorflowMemory {
  /** tf.memory(). */
  readonly tensors: number
  readonly tensorBytes: number
  /** Resident memory of the process. */
  readonly processBytes: number
}

export type OperationName = keyof Operations
export type Request = { [Name in OperationName]: { readonly id: number; readonly kind: Name; readonly body: Operations[Name][0] } }[OperationName]
/** The request of this number is to end at its next step. */
export interface Cancellation { readonly cancel: number }

export type Answer =
  | { readonly id: number; readonly result: Operations[OperationName][1] }
  | { readonly id: number; readonly error: ErrorReport }
  /** The first message: TensorFlow is there. */
  | { readonly ready: { readonly device: string; readonly versions: Readonly<Record<string, string>> } }
  | { readonly failed: ErrorReport }

export const plainWeights = (weights: NetworkWeights): PlainWeights => Object.fromEntries(weights)
export const networkWeights = (weights: PlainWeights): NetworkWeights => new Map(Object.entries(weights))
