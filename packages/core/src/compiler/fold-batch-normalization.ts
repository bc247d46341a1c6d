import type { BatchNormalizationLayer, Layer, Network, NetworkWeights, Tensor } from '../network/description.ts'

type Foldable = Extract<Layer, { kind: 'convolution' | 'depthwise-convolution' | 'separable-convolution' | 'dense' }>

/**
 * The same function with fewer layers: every batch normalisation (with its moving statistics, as in inference) whose input
 * is a linear convolution or dense layer that nothing else uses becomes part of that layer's kernel and bias. The folded
 * layer takes the name of the normalisation, so that later layers still find it.
 */
export function foldBatchNormalization(network: Network, weights: NetworkWeights): { network: Network; weights: NetworkWeights } {
  const uses = new Map<string, number>()
  for (const layer of network.layers) for (const input of layer.inputs) uses.set(input, (uses.get(input) ?? 0) + 1)
  const byName = new Map(network.layers.map((layer) => [layer.name, layer]))

  const folded = new Map<string, Foldable>()
  const merged = new Set<string>()
  const newWeights = new Map(weights)
  for (const layer of network.layers) {
    if (layer.kind !== 'batch-normalization') continue
    const before = byName.get(layer.inputs[0]!)
    if (before === undefined || !isFoldable(before) || uses.get(before.name) !== 1 || before.name === network.output) continue
    folded.set(layer.name, { ...before, name: layer.name, useBias: true })
    merged.add(before.name)
    newWeights.delete(before.name)
    newWeights.set(layer.name, foldedWeights(before, weights.get(before.name)!, channelAffine(layer, weights.get(layer.name)!)))
  }
  const layers = network.layers.filter((layer) => !merged.has(layer.name)).map((layer) => folded.get(layer.name) ?? layer)
  return { network: { ...network, layers }, weights: newWeights }
}

function isFoldable(layer: Layer): layer is Foldable {
  return (layer.kind === 'convolution' || layer.kind === 'depthwise-convolution' || layer.kind === 'separable-convolution' || layer.kind === 'dense') && layer.activation === 'linear'
}

/** The normalisation as `scale * x + shift` a channel. */
function channelAffine(layer: BatchNormalizationLayer, weights: Readonly<Record<string, Tensor>>): { scale: Float64Array; shift: Float64Array } {
  const mean = weights['moving_mean']!.data
  const variance = weights['moving_variance']!.data
  const scale = Float64Array.from(variance, (value, channel) => (weights['gamma']?.data[channel] ?? 1) / Math.sqrt(value + layer.epsilon))
  const shift = Float64Array.from(mean, (value, channel) => (weights['beta']?.data[channel] ?? 0) - value * scale[channel]!)
  return { scale, shift }
}

function foldedWeights(layer: Foldable, weights: Readonly<Record<string, Tensor>>, affine: { scale: Float64Array; shift: Float64Array }): Record<string, Tensor> {
  // The last axis of a kernel is its output channel; a depthwise kernel's last two together are.
  const scaled = layer.kind === 'separable-convolution' ? 'pointwise_kernel' : layer.kind === 'depthwise-convolution' ? 'depthwise_kernel' : 'kernel'
  const kernel = weights[scaled]!
  const channels = affine.scale.length
  const data = new Float32Array(kernel.data.length)
  for (let index = 0; index < data.length; index++) data[index] = kernel.data[index]! * affine.scale[index % channels]!
  const bias = Float32Array.from(affine.shift, (shift, channel) => shift + (weights['bias']?.data[channel] ?? 0) * affine.scale[channel]!)
  return { ...weights, [scaled]: { shape: kernel.shape, data }, bias: { shape: [channels], data: bias } }
}
