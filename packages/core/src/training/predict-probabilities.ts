import type { Preprocessing } from '@graft/contracts/model'
import { inputLayerShape } from '../compiler/samples-graph.ts'
import { GraftError } from '@graft/contracts/errors'
import { samplesAtOnce } from '../network/activation-size.ts'
import { classProbabilities, hasOneOutput } from '../network/class-probabilities.ts'
import type { Network, NetworkWeights } from '../network/description.ts'
import { layerShapes } from '../network/shapes.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { sampleTensor } from './labelled-samples.ts'

const rowsPerRun = { vectors: 1024, images: 32 }

/**
 * Probabilities of each class, n x classes (two also for a network with one sigmoid output). `input` is row by row: a matrix of features, or pixels (n x height x width x 3
 * bytes, RGB), which need `preprocessing`. Throws `mismatch` where the input does not fit the network.
 */
export async function predictProbabilities(options: {
  runtime: Runtime
  network: Network
  weights: NetworkWeights
  input: Float32Array | Uint8Array
  preprocessing?: Preprocessing | null
  signal?: AbortSignal
}): Promise<Float32Array> {
  const { runtime, network, weights, input, preprocessing = null, signal } = options
  const shape = inputLayerShape(network)
  const length = shape.reduce((product, side) => product * side, 1)
  const count = input.length / length
  if (!Number.isInteger(count)) throw new GraftError('mismatch', `The input has ${input.length} values, which are no whole number of rows of ${shape.join(' x ')}.`)
  if (input instanceof Uint8Array !== (preprocessing !== null)) {
    throw new GraftError('mismatch', preprocessing === null ? 'Pixels need a preprocessing.' : 'A preprocessing takes pixels as bytes, not floats.')
  }
  if (count === 0) return new Float32Array() // a dataset without validation images: nothing to compile for
  const classes = hasOneOutput(network) ? 2 : layerShapes(network).get(network.output)![0]!
  const probabilities = new Float32Array(count * classes)
  const session = await runtime.openForward(network, weights, { preprocessing }, signal)
  try {
    const perRun = samplesAtOnce(network, shape.length === 3 ? rowsPerRun.images : rowsPerRun.vectors)
    for (let first = 0; first < count; first += perRun) {
      const size = Math.min(perRun, count - first)
      const { data } = await session.run(sampleTensor(input, shape, first, size), signal)
      probabilities.set(classProbabilities(network, data), first * classes)
    }
  } finally {
    await session.dispose()
  }
  return probabilities
}
