import type { Initializer } from '@graft/contracts/recipe/layers'
import type { Network, NetworkWeights, Tensor, WeightSpecification } from '../network/description.ts'
import { elementCount } from '../network/output-shape.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'
import { createRandom, type Random } from '@graft/statistics/random'

/**
 * Fresh weights as Keras's: kernels by their layer's initializer (glorot-uniform where it names none), biases, beta and moving
 * means 0, gamma and moving variances 1. Every weight has a stream of its own, so that its values depend on the seed, its layer's
 * name, its initializer and its shape only.
 */
export function initializeWeights(network: Network, seed: number): NetworkWeights {
  const random = createRandom(seed)
  const initializers = new Map(network.layers.map((layer) => [layer.name, 'initializer' in layer ? layer.initializer : undefined]))
  return new Map(
    [...weightSpecifications(network)].map(([layer, specifications]) => [
      layer,
      Object.fromEntries(specifications.map((weight) => [weight.name, initialize(weight, initializers.get(layer) ?? 'glorot-uniform', random.fork(`${layer}/${weight.name}`))])),
    ]),
  )
}

function initialize({ name, shape }: WeightSpecification, initializer: Initializer, random: Random): Tensor {
  if (name.endsWith('kernel')) return { shape, data: initialKernel(shape, initializer, random) }
  return { shape, data: new Float32Array(elementCount(shape)).fill(name === 'gamma' || name === 'moving_variance' ? 1 : 0) }
}

/** Standard deviation of a standard normal distribution that is cut off at plus and minus two. */
const truncatedDeviation = 0.87962566103423978

/** Keras's `VarianceScaling`: a uniform distribution of the initializer's variance, or a normal one of it, cut off at two standard deviations. */
function initialKernel(shape: readonly number[], initializer: Initializer, random: Random): Float32Array {
  const data = new Float32Array(elementCount(shape))
  const variance = varianceOf(shape, initializer)
  if (initializer.endsWith('uniform')) {
    const limit = Math.sqrt(3 * variance)
    for (let index = 0; index < data.length; index++) data[index] = random.uniform(-limit, limit)
  } else {
    const deviation = Math.sqrt(variance) / truncatedDeviation
    for (let index = 0; index < data.length; index++) data[index] = deviation * truncatedNormal(random)
  }
  return data
}

/** Glorot: 2 / (fan in + fan out). He: 2 / fan in. LeCun: 1 / fan in. Fans are counted as Keras's `compute_fans` does, the depthwise kernel's too. */
function varianceOf(shape: readonly number[], initializer: Initializer): number {
  const receptive = elementCount(shape.slice(0, -2))
  const [fanIn, fanOut] = [receptive * (shape.at(-2) ?? 1), receptive * (shape.at(-1) ?? 1)]
  if (initializer.startsWith('glorot')) return 2 / (fanIn + fanOut)
  return (initializer.startsWith('he') ? 2 : 1) / fanIn
}

/** A standard normal number; drawn again when it lies beyond plus or minus two, as TensorFlow does. */
function truncatedNormal(random: Random): number {
  let drawn = random.normal()
  while (Math.abs(drawn) > 2) drawn = random.normal()
  return drawn
}
