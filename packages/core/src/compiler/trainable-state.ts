import type { Network, NetworkWeights, Tensor } from '../network/description.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'
import type { RuntimeTensor } from '../runtime/runtime.ts'
import type { Optimizer } from './optimizers.ts'
import { onnxShape, toKerasLayout, toOnnxLayout } from './weight-layout.ts'

/** A tensor that a training step reads and replaces: a trainable weight or one of its optimizer's slots. */
export interface StateEntry {
  /** `layer/weight`, or `layer/weight/slot`. */
  readonly name: string
  /** In ONNX's layout. */
  readonly shape: readonly number[]
}

export interface TrainableWeight extends StateEntry {
  readonly layerName: string
  readonly weightName: string
  readonly kerasShape: readonly number[]
  readonly slots: readonly StateEntry[]
}

export type State = Readonly<Record<string, Extract<RuntimeTensor, { type: 'float32' }>>>

/** Every trainable weight of a network in Keras's order, with its slots under the optimizer. */
export function trainableWeights(network: Network, optimizer: Pick<Optimizer, 'slots'>): TrainableWeight[] {
  return [...weightSpecifications(network)].flatMap(([layerName, specifications]) =>
    specifications
      .filter(({ trainable }) => trainable)
      .map((specification) => {
        const name = `${layerName}/${specification.name}`
        const shape = onnxShape(specification.name, specification.shape)
        const slots = optimizer.slots.map((slot) => ({ name: `${name}/${slot}`, shape }))
        return { name, shape, layerName, weightName: specification.name, kerasShape: specification.shape, slots }
      }),
  )
}

/** The state before the first step: the weights, and slots of zeros. */
export function initialState(trainable: readonly TrainableWeight[], weights: NetworkWeights): State {
  const state: Record<string, Extract<RuntimeTensor, { type: 'float32' }>> = {}
  for (const weight of trainable) {
    state[weight.name] = { type: 'float32', ...toOnnxLayout(weight.weightName, weights.get(weight.layerName)![weight.weightName]!) }
    for (const slot of weight.slots) state[slot.name] = { type: 'float32', shape: slot.shape, data: new Float32Array(slot.shape.reduce((size, length) => size * length, 1)) }
  }
  return state
}

/** The weights that a state holds, in Keras's layout. */
export function weightsOfState(trainable: readonly TrainableWeight[], state: State): NetworkWeights {
  const weights = new Map<string, Record<string, Tensor>>()
  for (const { name, layerName, weightName, kerasShape } of trainable) {
    const { shape, data } = state[name]!
    const layer = weights.get(layerName) ?? {}
    layer[weightName] = toKerasLayout(weightName, { shape, data }, kerasShape)
    weights.set(layerName, layer)
  }
  return weights
}
