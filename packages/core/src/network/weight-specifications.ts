import type { Layer, Network, WeightSpecification } from './description.ts'
import { layerShapes } from './shapes.ts'

/** Weights of every layer that has any, by layer name in the network's order; within a layer in Keras's order (`layer.weights`). */
export function weightSpecifications(network: Network): Map<string, WeightSpecification[]> {
  const shapes = layerShapes(network)
  const specifications = new Map<string, WeightSpecification[]>()
  for (const layer of network.layers) {
    const channels = shapes.get(layer.inputs[0] ?? '')?.at(-1) ?? 0
    const own = layerWeights(layer, channels)
    if (own.length > 0) specifications.set(layer.name, own)
  }
  return specifications
}

/** Weights of one layer whose input has `channels` channels (or features). */
export function layerWeights(layer: Layer, channels: number): WeightSpecification[] {
  switch (layer.kind) {
    case 'convolution':
      return [trainable('kernel', [...layer.kernel, channels, layer.filters]), ...bias(layer.useBias, layer.filters)]
    case 'depthwise-convolution':
      // Keras 3 calls it `kernel`, tf.keras `depthwise_kernel`; the readers take both.
      return [trainable('depthwise_kernel', [...layer.kernel, channels, layer.depthMultiplier]), ...bias(layer.useBias, channels * layer.depthMultiplier)]
    case 'separable-convolution':
      return [
        trainable('depthwise_kernel', [...layer.kernel, channels, layer.depthMultiplier]),
        trainable('pointwise_kernel', [1, 1, channels * layer.depthMultiplier, layer.filters]),
        ...bias(layer.useBias, layer.filters),
      ]
    case 'dense':
      return [trainable('kernel', [channels, layer.units]), ...bias(layer.useBias, layer.units)]
    case 'batch-normalization':
      return [
        ...(layer.scale ? [trainable('gamma', [channels])] : []),
        ...(layer.center ? [trainable('beta', [channels])] : []),
        { name: 'moving_mean', shape: [channels], trainable: false },
        { name: 'moving_variance', shape: [channels], trainable: false },
      ]
    default:
      return []
  }
}

function trainable(name: string, shape: readonly number[]): WeightSpecification {
  return { name, shape, trainable: true }
}

function bias(used: boolean, length: number): WeightSpecification[] {
  return used ? [trainable('bias', [length])] : []
}
