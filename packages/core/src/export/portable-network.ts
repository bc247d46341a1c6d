import { GraftError } from '@graft/contracts/errors'
import type { Preprocessing } from '@graft/contracts/model'
import { firstConvolution, kernelForPixels } from '../compiler/fold-pixels.ts'
import { pixelTransform, type PixelTransform } from '../compiler/preprocessing-graph.ts'
import type { Layer, NetworkWeights, Tensor } from '../network/description.ts'
import type { WeightedNetwork } from '../prediction/join-networks.ts'

/** Keras's default; the variance below makes up for it. */
const epsilon = 1e-3

/**
 * A trained network for other frameworks: takes float32 RGB pixels from 0 to 255, has its preprocessing inside, made of layers that
 * every framework has, and layer names that Keras allows (no slash).
 *
 * The subtraction and division of the preprocessing are a batch normalization with fixed statistics on the input, called
 * `preprocessing`; a change of the channels' order goes into the kernel of the first convolution. Throws `unsupported` where that
 * is asked for and the input does not go into exactly one convolution.
 */
export function portableNetwork(whole: WeightedNetwork, preprocessing: Preprocessing): WeightedNetwork {
  return withPlainNames(withPreprocessing(whole, preprocessing))
}

function withPreprocessing({ network, weights }: WeightedNetwork, preprocessing: Preprocessing): WeightedNetwork {
  const { source, mean, scale } = pixelTransform(preprocessing, network)
  const ordered = source[0] === 0 ? weights : withOrderedChannels({ network, weights }, source, preprocessing)
  if (mean.every((value) => value === 0) && scale.every((value) => value === 1)) return { network, weights: ordered }
  const [input, ...rest] = network.layers
  // By pixel channel, which `source` names.
  const byPixel = (values: readonly number[]): number[] => [0, 1, 2].map((channel) => values[source.indexOf(channel)]!)
  const normalization: Layer = { kind: 'batch-normalization', name: 'preprocessing', inputs: [input!.name], epsilon, momentum: 0.99, scale: false, center: false }
  const statistics: Record<string, Tensor> = {
    moving_mean: { shape: [3], data: Float32Array.from(byPixel(mean)) },
    moving_variance: { shape: [3], data: Float32Array.from(byPixel(scale), (value) => value ** 2 - epsilon) },
  }
  const layers = rest.map((layer): Layer => ({ ...layer, inputs: layer.inputs.map((name) => (name === input!.name ? normalization.name : name)) }))
  return { network: { ...network, layers: [input!, normalization, ...layers] }, weights: new Map([[normalization.name, statistics], ...ordered]) }
}

function withOrderedChannels({ network, weights }: WeightedNetwork, source: PixelTransform['source'], preprocessing: Preprocessing): NetworkWeights {
  const first = firstConvolution(network)
  if (first === null) throw new GraftError('unsupported', `${network.name} takes its channels in another order (mode ${preprocessing.mode}), but does not begin with one convolution that could take them as RGB.`, { hint: 'Export it as ONNX.' })
  const own = weights.get(first.layer.name)!
  return new Map(weights).set(first.layer.name, { ...own, kernel: kernelForPixels(own['kernel']!, { source, scale: [1, 1, 1] }) })
}

function withPlainNames({ network, weights }: WeightedNetwork): WeightedNetwork {
  const taken = new Set(network.layers.map(({ name }) => name))
  const plain = new Map<string, string>()
  for (const name of network.layers.map((layer) => layer.name).filter((candidate) => candidate.includes('/'))) {
    let candidate = name.replaceAll('/', '_')
    while (taken.has(candidate)) candidate = `${candidate}_`
    taken.add(candidate)
    plain.set(name, candidate)
  }
  if (plain.size === 0) return { network, weights }
  const rename = (name: string): string => plain.get(name) ?? name
  const layers = network.layers.map((layer): Layer => ({ ...layer, name: rename(layer.name), inputs: layer.inputs.map(rename) }))
  return { network: { ...network, layers, output: rename(network.output) }, weights: new Map([...weights].map(([name, tensors]) => [rename(name), tensors])) }
}
