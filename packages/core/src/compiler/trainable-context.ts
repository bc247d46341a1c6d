import { GraftError } from '@graft/contracts/errors'
import type { Layer, Network } from '../network/description.ts'
import { layerShapes } from '../network/shapes.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'
import type { GradientContext } from './backward/gradient-context.ts'
import { inputShape, valuesOnFirstUse, type KernelBlock, type LayerContext, type LayerOf } from './layer-operations.ts'
import type { BlockedContext } from './blocked/blocked-context.ts'
import type { BlockedLayout } from './blocked/blocked-images.ts'
import { createBlockedContext } from './blocked/create-blocked-context.ts'
import type { OnnxGraph } from './onnx-graph.ts'
import { onnxShape } from './weight-layout.ts'

export interface TrainableContextOptions {
  readonly graph: OnnxGraph
  readonly network: Network
  /** The input layer's value: [N, C, H, W] or [N, length]. */
  readonly input: string
  /** Values of the trainable weights' blocks by `layer/weight`; moving statistics that are updated are among them. */
  readonly weights: ReadonlyMap<string, readonly KernelBlock[]>
  /** Value of a weight that stays: of a frozen layer, or a statistic that is kept. Null where the layer has no such weight. */
  readonly constantWeight: (layer: Layer, weightName: string) => string | null
  /** False: the forward pass of evaluation. */
  readonly training: boolean
  /** Of a graph for training: see `CompiledTrainingOptions`. */
  readonly forWebgpu?: boolean | undefined
  /** Where layers may be computed on images in blocks of channels. Absent: nowhere. */
  readonly blocked?: BlockedLayout | null | undefined
  /** A dropout layer's mask: 0 where a unit is dropped, 1 / (1 - rate) elsewhere. Null in evaluation. */
  readonly dropoutMask: ((layer: LayerOf<'dropout'>) => string) | null
}

export interface TrainableContext extends GradientContext {
  /** The view in which layers are computed in blocks; null where none is. */
  readonly blocked: BlockedContext | null
}

/** Forward values over weights that are inputs of the graph, with what gradients need to know of them. */
export function trainableContext(options: TrainableContextOptions): TrainableContext {
  const { graph, network, weights, dropoutMask } = options
  const kept = new Map<string, readonly string[]>()
  const updates = new Map<string, string>()
  const trained = layersAfterWeights(network, weights)
  const keep: LayerContext['keep'] = (layer, what, noted) => void kept.set(`${layer.name}/${what}`, noted)
  const weightShapes = new Map([...weightSpecifications(network)].flatMap(([layer, specifications]) => specifications.map(({ name, shape }) => [`${layer}/${name}`, onnxShape(name, shape)] as const)))
  const inOnnxLayout = remembered((value: string, shape: readonly number[]) => (shape.length === 4 ? graph.node('Reshape', [value, graph.integers(shape)]) : value))
  const plainValue = valuesOnFirstUse(network, options.input, () => context)
  const context: GradientContext = {
    graph,
    network,
    layers: new Map(network.layers.map((layer) => [layer.name, layer])),
    shapes: layerShapes(network),
    mergesZeroPadding: !options.training,
    training: options.training,
    forWebgpu: options.forWebgpu ?? false,
    keep,
    kept: (layer, what) => kept.get(`${layer.name}/${what}`) ?? null,
    keptValue: (layer, what) => {
      const [value] = kept.get(`${layer.name}/${what}`) ?? []
      if (value === undefined) throw new GraftError('internal', `Layer ${layer.name} kept no ${what} for its gradient.`)
      return value
    },
    needsGradient: (layerName) => trained.has(layerName),
    normalizesByBatch: (layer) => options.training && weights.has(`${layer.name}/moving_mean`),
    update: (layer, weightName, value) => void updates.set(`${layer.name}/${weightName}`, value),
    updates,
    weight: (layer, weightName) => {
      const block = weights.get(`${layer.name}/${weightName}`)?.[0]
      return block === undefined ? options.constantWeight(layer, weightName) : inOnnxLayout(block.value, context.weightShape(layer, weightName))
    },
    weightShape: (layer, weightName) => weightShapes.get(`${layer.name}/${weightName}`)!,
    kernelBlocks: (layer) => weights.get(`${layer.name}/kernel`) ?? [{ value: options.constantWeight(layer, 'kernel')!, rows: inputShape(layer, context)[0]! }],
    dropout: (layer, input) => {
      if (dropoutMask === null) return input
      const mask = dropoutMask(layer)
      keep(layer, 'mask', [mask])
      return graph.node('Mul', [input, mask])
    },
    value: (layerName) => {
      if (blocked === null || !blocked.computesInBlocks(layerName)) return plainValue(layerName)
      return blocked.once(`${layerName}/image`, () => blocked.images.toImage(blocked.value(layerName), context.shapes.get(layerName)![2]!))
    },
  }
  const blocked = options.blocked ? createBlockedContext(context, options.blocked) : null
  return { ...context, blocked }
}

/** Makes a value once for each value that it is made of. */
function remembered(make: (value: string, shape: readonly number[]) => string): typeof make {
  const known = new Map<string, string>()
  return (value, shape) => {
    const made = known.get(value) ?? make(value, shape)
    known.set(value, made)
    return made
  }
}

/** Layers that have trained weights or come after one that has. */
function layersAfterWeights(network: Network, weights: ReadonlyMap<string, unknown>): Set<string> {
  const owners = new Set([...weights.keys()].map((key) => key.slice(0, key.lastIndexOf('/'))))
  const found = new Set<string>()
  for (const layer of network.layers) if (owners.has(layer.name) || layer.inputs.some((input) => found.has(input))) found.add(layer.name)
  return found
}
