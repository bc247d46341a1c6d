import type { NetworkWeights, Tensor, WeightSpecification, Network } from '../network/description.ts'
import { elementCount } from '../network/output-shape.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'
import { createRandom, type Random } from '../random/random.ts'

/**
 * Fresh weights by Keras's defaults: kernels glorot-uniform, biases, beta and moving means 0, gamma and moving variances 1.
 * Every weight has a stream of its own, so that its values depend on the seed, its layer's name and its shape only.
 */
export function initializeWeights(network: Network, seed: number): NetworkWeights {
  const random = createRandom(seed)
  return new Map(
    [...weightSpecifications(network)].map(([layer, specifications]) => [
      layer,
      Object.fromEntries(specifications.map((weight) => [weight.name, initialize(weight, random.fork(`${layer}/${weight.name}`))])),
    ]),
  )
}

function initialize(weight: WeightSpecification, random: Random): Tensor {
  const data = new Float32Array(elementCount(weight.shape))
  if (weight.name === 'gamma' || weight.name === 'moving_variance') data.fill(1)
  else if (weight.name.endsWith('kernel')) {
    const limit = glorotLimit(weight.shape)
    for (let index = 0; index < data.length; index++) data[index] = random.uniform(-limit, limit)
  }
  return { shape: weight.shape, data }
}

/** sqrt(6 / (fan in + fan out)), fans counted as Keras's `compute_fans` does, the depthwise kernel's too. */
function glorotLimit(shape: readonly number[]): number {
  const receptive = elementCount(shape.slice(0, -2))
  return Math.sqrt(6 / (receptive * ((shape.at(-2) ?? 1) + (shape.at(-1) ?? 1))))
}
