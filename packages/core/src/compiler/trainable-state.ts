import type { Network, NetworkWeights, Tensor } from '../network/description.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'
import type { FloatTensor } from '../runtime/runtime-tensor.ts'
import { averageSlot } from './optimizers/create-optimizer.ts'
import type { Slot } from './optimizers/optimizer.ts'
import type { TrainingOptions } from '../runtime/runtime.ts'
import { onnxShape, stateShape, toKerasLayout, toOnnxLayout } from './weight-layout.ts'

/** A tensor that a training step reads and replaces. */
export interface StateEntry {
  readonly name: string
  /** In ONNX's layout; kernels of convolutions by `stateShape`. */
  readonly shape: readonly number[]
}

/** Consecutive rows of a weight, and the optimizer's slots for them. */
export interface WeightBlock extends StateEntry {
  readonly slots: readonly SlotEntry[]
}

export interface SlotEntry extends StateEntry {
  /** Value of every element before the first step. */
  readonly initial: number
}

export interface TrainableWeight {
  /** `layer/weight`. */
  readonly name: string
  readonly layerName: string
  readonly weightName: string
  readonly kerasShape: readonly number[]
  /** In ONNX's layout. */
  readonly shape: readonly number[]
  readonly blocks: readonly WeightBlock[]
  /** A moving statistic: carried from step to step, but no variable of the optimizer. */
  readonly isStatistic: boolean
}

export type State = Readonly<Record<string, FloatTensor>>

/**
 * Values in a block of a dense kernel. An update reads and writes a kernel some ten times; a block, its gradient and its
 * slots stay in a core's cache meanwhile, which a kernel of megabytes does not. The figure is fixed because it is part of
 * what makes results repeat.
 */
const blockSize = 131_072

/**
 * Every weight of a network that a step changes, in Keras's order, with an optimizer's slots: the trainable weights of the layers that are
 * not frozen, and the moving statistics of batch normalization where those are updated; always in new layers.
 */
export function trainableWeights(network: Network, slots: readonly Slot[], options: Pick<TrainingOptions, 'frozen' | 'batchNormalization'> = {}): TrainableWeight[] {
  const newLayers = new Set(network.layers.filter((layer) => layer.kind === 'batch-normalization' && layer.isNew).map(({ name }) => name))
  const movesStatistics = (layerName: string): boolean => options.batchNormalization === 'update-statistics' || newLayers.has(layerName)
  return [...weightSpecifications(network)].flatMap(([layerName, specifications]) =>
    specifications
      .filter(({ trainable }) => !options.frozen?.has(layerName) && (trainable || movesStatistics(layerName)))
      .map((specification) => {
        const name = `${layerName}/${specification.name}`
        const shape = onnxShape(specification.name, specification.shape)
        const ownSlots = specification.trainable ? slots : []
        const blocks = blockShapes(shape).map((block, index) => ({
          name: `${name}/${index}`,
          shape: block,
          slots: ownSlots.map((slot) => ({ name: `${name}/${index}/${slot.name}`, shape: slot.isScalar ? [] : block, initial: slot.initial })),
        }))
        return { name, layerName, weightName: specification.name, kerasShape: specification.shape, shape, blocks, isStatistic: !specification.trainable }
      }),
  )
}

/** Every tensor of the state, in the order of the Loop's state. */
export function stateEntries(trainable: readonly TrainableWeight[]): StateEntry[] {
  return trainable.flatMap(({ blocks }) => blocks.flatMap((block) => [block, ...block.slots]))
}

/** The state before the first step: the weights, and slots as they begin. */
export function initialState(trainable: readonly TrainableWeight[], weights: NetworkWeights): State {
  const state: Record<string, FloatTensor> = {}
  for (const { layerName, weightName, blocks } of trainable) {
    const { data } = toOnnxLayout(weightName, weights.get(layerName)![weightName]!)
    let start = 0
    for (const { name, shape, slots } of blocks) {
      const length = elementCount(shape)
      state[name] = { type: 'float32', shape, data: data.subarray(start, start + length) }
      start += length
      for (const slot of slots) state[slot.name] = { type: 'float32', shape: slot.shape, data: new Float32Array(elementCount(slot.shape)).fill(slot.initial) }
    }
  }
  return state
}

/** Names in the state of the blocks that count: the weights, or their moving averages where the optimizer keeps them. */
export function countingNames(trainable: readonly TrainableWeight[]): string[] {
  return trainable.flatMap(({ blocks }) => blocks.map(countingName))
}

/** The weights that count, by block. */
export function countingBlocks(trainable: readonly TrainableWeight[], state: State): State {
  return Object.fromEntries(trainable.flatMap(({ blocks }) => blocks.map((block) => [block.name, state[countingName(block)]!])))
}

function countingName({ name, slots }: WeightBlock): string {
  return slots.find((slot) => slot.name === `${name}/${averageSlot}`)?.name ?? name
}

/** The weights that a state holds by block, in Keras's layout. */
export function weightsOfState(trainable: readonly TrainableWeight[], state: State): NetworkWeights {
  const weights = new Map<string, Record<string, Tensor>>()
  for (const { layerName, weightName, kerasShape, shape, blocks } of trainable) {
    const data = new Float32Array(elementCount(shape))
    let start = 0
    for (const { name } of blocks) {
      data.set(state[name]!.data, start)
      start += state[name]!.data.length
    }
    const layer = weights.get(layerName) ?? {}
    layer[weightName] = toKerasLayout(weightName, { shape, data }, kerasShape)
    weights.set(layerName, layer)
  }
  return weights
}

function blockShapes(shape: readonly number[]): (readonly number[])[] {
  if (shape.length !== 2) return [stateShape(shape)]
  const [rows, columns] = shape as [number, number]
  const rowsPerBlock = Math.max(1, Math.floor(blockSize / columns))
  return Array.from({ length: Math.ceil(rows / rowsPerBlock) }, (_, index) => [Math.min(rowsPerBlock, rows - index * rowsPerBlock), columns])
}

function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}
