import type { ConvolutionLayer, Network, NetworkWeights, Tensor } from '../network/description.ts'
import type { PixelTransform } from './preprocessing-graph.ts'

/**
 * Moves what it can of the pixel transform into the first convolution: the division and the channel order always, the mean
 * too where no zero padding would meet it. Null where the input does not go into exactly one convolution.
 * `mean`: what is still to be subtracted from RGB pixels.
 */
export function foldPixels(network: Network, weights: NetworkWeights, transform: PixelTransform): { network: Network; weights: NetworkWeights; mean: readonly number[] } | null {
  const first = firstConvolution(network)
  if (first === null) return null
  const { layer, isPadded } = first
  const kernel = weights.get(layer.name)!['kernel']!
  const filters = kernel.shape[3]!
  const { data } = kernelForPixels(kernel, transform)
  const mean = [0, 0, 0]
  for (const [channel, source] of transform.source.entries()) mean[source] = transform.mean[channel]!
  const folded: Record<string, Tensor> = { ...weights.get(layer.name), kernel: { shape: kernel.shape, data } }
  if (isPadded) return { network, weights: new Map(weights).set(layer.name, folded), mean }

  const bias = Float64Array.from({ length: filters }, (_, filter) => folded['bias']?.data[filter] ?? 0)
  for (let index = 0; index < data.length; index++) bias[index % filters]! -= data[index]! * mean[Math.floor(index / filters) % 3]!
  folded['bias'] = { shape: [filters], data: Float32Array.from(bias) }
  const layers = network.layers.map((other) => (other === layer ? { ...layer, useBias: true } : other))
  return { network: { ...network, layers }, weights: new Map(weights).set(layer.name, folded), mean: [0, 0, 0] }
}

/** A kernel (height x width x 3 x filters) that takes the channels of RGB pixels in their order, and does the division that the transform would. */
export function kernelForPixels(kernel: Tensor, { source, scale }: Pick<PixelTransform, 'source' | 'scale'>): Tensor {
  const filters = kernel.shape[3]!
  const data = new Float32Array(kernel.data.length)
  for (let from = 0; from < kernel.data.length; from += filters) {
    const channel = (from / filters) % 3
    const to = from + (source[channel]! - channel) * filters
    for (let filter = 0; filter < filters; filter++) data[to + filter] = kernel.data[from + filter]! / scale[channel]!
  }
  return { shape: kernel.shape, data }
}

/** The one convolution that the input goes into, if so through zero padding; null where there is no such. */
export function firstConvolution(network: Network): { layer: ConvolutionLayer; isPadded: boolean } | null {
  let source = network.layers[0]!.name
  let isPadded = false
  for (;;) {
    const users = network.layers.filter((layer) => layer.inputs.includes(source))
    const [user] = users
    if (users.length !== 1 || user === undefined) return null
    if (user.kind === 'convolution') return { layer: user, isPadded: isPadded || user.padding === 'same' }
    if (user.kind !== 'zero-padding' || source === network.output) return null
    source = user.name
    isPadded = true
  }
}
