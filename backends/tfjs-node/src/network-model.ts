import { writeTfjsLayers } from '../../../packages/core/src/export/write-tfjs-layers.ts'
import type { Layer, Network } from '../../../packages/core/src/network/description.ts'
import { layerShapes } from '../../../packages/core/src/network/shapes.ts'
import { weightSpecifications } from '../../../packages/core/src/network/weight-specifications.ts'
import { networkWeights, type PlainWeights } from '../../../packages/core/src/runtime/tensorflow/messages.ts'
import type { LayersModel, Tensor, Tensorflow, Variable } from './tensorflow.ts'

/** A network as a LayersModel of tfjs, whose variables are the weights. */
export interface NetworkModel {
  readonly network: Network
  readonly model: LayersModel
  /** By `layer/weight`, in Keras's order. */
  readonly variables: ReadonlyMap<string, Variable>
}

export async function buildModel(tf: Tensorflow, given: Network, weights: PlainWeights): Promise<NetworkModel> {
  const network = withoutKeptDimensions(given)
  const { modelJson, shard } = writeTfjsLayers({ network, weights: networkWeights(weights) })
  const { modelTopology, weightsManifest } = JSON.parse(modelJson)
  const model = await tf.loadLayersModel({ load: async () => ({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData: shard.buffer.slice(shard.byteOffset, shard.byteOffset + shard.byteLength) as ArrayBuffer }) })
  const variables = new Map<string, Variable>()
  for (const [layer, specifications] of weightSpecifications(network)) {
    const own = model.getLayer(layer).weights
    for (const { name } of specifications) {
      const found = own.find((weight) => weight.originalName.endsWith(`/${name}`))
      if (found === undefined) throw new Error(`tfjs has no ${name} in ${layer}.`)
      variables.set(`${layer}/${name}`, found.read() as Variable)
    }
  }
  return { network, model, variables }
}

export function readWeights({ network, variables }: Pick<NetworkModel, 'network' | 'variables'>): PlainWeights {
  const weights: Record<string, Record<string, { shape: number[]; data: Float32Array }>> = {}
  for (const [layer, specifications] of weightSpecifications(network)) {
    weights[layer] = Object.fromEntries(
      specifications.map(({ name }) => {
        const variable = variables.get(`${layer}/${name}`)!
        return [name, { shape: variable.shape, data: variable.dataSync() as Float32Array }]
      }),
    )
  }
  return weights
}

export interface ForwardMode {
  /** Layers whose batch normalization goes by the batch and moves its statistics. */
  readonly byBatch: ReadonlySet<string>
  /** Factors of a dropout layer's values; null where nothing is dropped. */
  dropout(layer: Layer): Tensor | null
  /** Intermediate values go as soon as nothing needs them: not where gradients are taken. */
  readonly frees: boolean
}
export const inference: ForwardMode = { byBatch: new Set(), dropout: () => null, frees: true }

/** The output of one layer for an input, layer by layer through the model's own layers. To be called inside tf.tidy. */
export function forward(tf: Tensorflow, built: NetworkModel, input: Tensor, output: string, mode: ForwardMode): Tensor {
  const { network } = built
  const last = network.layers.findIndex(({ name }) => name === output)
  const layers = network.layers.slice(0, last + 1)
  const lastUse = new Map(layers.flatMap((layer, index) => layer.inputs.map((name) => [name, index] as const)))
  const values = new Map<string, Tensor>([[network.layers[0]!.name, input]])
  for (const [index, layer] of layers.entries()) {
    if (layer.kind === 'input') continue
    const inputs = layer.inputs.map((name) => values.get(name)!)
    values.set(layer.name, compute(tf, layer, { built, inputs, mode }))
    if (!mode.frees) continue
    for (const name of new Set(layer.inputs)) {
      const value = values.get(name)!
      if (lastUse.get(name) === index && ![...values].some(([other, each]) => other !== name && each === value)) value.dispose()
      if (lastUse.get(name) === index) values.delete(name)
    }
  }
  return values.get(output)!
}

function compute(tf: Tensorflow, layer: Layer, { built, inputs, mode }: { built: NetworkModel; inputs: Tensor[]; mode: ForwardMode }): Tensor {
  if (layer.kind === 'dropout') {
    const factors = mode.dropout(layer)
    return factors === null ? inputs[0]! : tf.mul(inputs[0]!, factors)
  }
  if (layer.kind === 'batch-normalization') return normalized(tf, layer, { built, input: inputs[0]!, byBatch: mode.byBatch.has(layer.name) })
  return built.model.getLayer(layer.name).call(inputs.length === 1 ? inputs[0]! : inputs, {}) as Tensor
}

/** Keras's batch normalization; tfjs's own layer has no gradient without a scale. By the batch, the moving statistics go towards its mean and biased variance. */
function normalized(tf: Tensorflow, layer: Extract<Layer, { kind: 'batch-normalization' }>, { built, input, byBatch }: { built: NetworkModel; input: Tensor; byBatch: boolean }): Tensor {
  const variable = (name: string): Variable | undefined => built.variables.get(`${layer.name}/${name}`)
  const [movingMean, movingVariance] = [variable('moving_mean')!, variable('moving_variance')!]
  const gamma = variable('gamma') ?? tf.ones(movingMean.shape)
  const beta = variable('beta') ?? tf.zeros(movingMean.shape)
  const through = (mean: Tensor, variance: Tensor): Tensor => tf.batchNorm(input as never, mean as never, variance as never, beta as never, gamma as never, layer.epsilon)
  if (!byBatch) return through(movingMean, movingVariance)
  const { mean, variance } = tf.moments(input, [...input.shape.keys()].slice(0, -1))
  for (const [moving, value] of [[movingMean, mean], [movingVariance, variance]] as const) {
    tf.tidy(() => moving.assign(tf.add(tf.mul(moving, layer.momentum), tf.mul(value, 1 - layer.momentum))))
  }
  return through(mean, variance)
}

/** tfjs knows no `keepdims` of global pooling: a window over the whole image does the same. */
function withoutKeptDimensions(network: Network): Network {
  const shapes = layerShapes(network)
  const layers = network.layers.map((layer): Layer => {
    if (!('keepDimensions' in layer) || !layer.keepDimensions) return layer
    const [height, width] = shapes.get(layer.inputs[0]!)! as [number, number]
    const { name, inputs, kind } = layer
    return { name, inputs, kind: kind === 'global-max-pooling' ? 'max-pooling' : 'average-pooling', pool: [height, width], strides: [height, width], padding: 'valid' }
  })
  return { ...network, layers }
}

/** The same network that gives logits: without the softmax or sigmoid at its end, for losses that no probability rounds to zero in. */
export function withLogits(network: Network): Network {
  const layers = network.layers.map((layer) => (layer.name === network.output && 'activation' in layer ? { ...layer, activation: 'linear' as const } : layer))
  return { ...network, layers }
}
