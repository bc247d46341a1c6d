import type { Network, NetworkWeights } from '../../../../packages/core/src/network/description.ts'
import type { Runtime, TrainingOptions, TrainingRun } from '../../../../packages/core/src/runtime/runtime.ts'
import type { RuntimeTensor } from '../../../../packages/core/src/runtime/runtime-tensor.ts'
import { hashedPixels, hashedUniform, hashedWords } from '../../../../packages/core/src/compiler/testing/hashed-weights.ts'

export interface TrainingCase {
  readonly network: Network
  readonly weights: NetworkWeights
  readonly options: TrainingOptions
  readonly samples: RuntimeTensor
  readonly labels: Int32Array | Float32Array
  readonly steps: number
  readonly learningRates?: readonly number[]
  readonly masks?: TrainingRun['masks']
}

export interface TrainingOutcome {
  readonly losses: Float32Array
  readonly correct: number
  readonly weights: NetworkWeights
  readonly validation: { losses: Float32Array; correct: Uint8Array } | null
}

/** Trains in one run over the samples in turn, as many steps as the case has. */
export async function trained(runtime: Runtime, { network, weights, options, samples, labels, steps, learningRates, masks = {} }: TrainingCase): Promise<TrainingOutcome> {
  const session = await runtime.openTraining(network, weights, options)
  try {
    const count = samples.shape[0]!
    const order = Int32Array.from({ length: steps * options.batchSize }, (_, index) => (index * 5 + Math.floor(index / count)) % count)
    const rates = Float32Array.from({ length: steps }, (_, step) => learningRates?.[step] ?? options.optimizer.learningRate)
    const { losses, correct } = await session.train({ samples, labels, order, learningRates: rates, stepsBefore: 0, masks })
    const validation = labels instanceof Int32Array ? await session.evaluate(samples, labels) : null
    return { losses, correct, weights: await session.weights(), validation }
  } finally {
    await session.dispose()
  }
}

/** Every weight of one layer after the other. */
export function flat(weights: NetworkWeights): Float32Array {
  const parts = [...weights.values()].flatMap((own) => Object.values(own).map(({ data }) => data))
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let start = 0
  for (const part of parts) {
    all.set(part, start)
    start += part.length
  }
  return all
}

/** What training changed. */
export function changes(after: NetworkWeights, before: NetworkWeights): Float32Array {
  const from = flat(before)
  return flat(after).map((value, index) => value - from[index]!)
}

export const floatSamples = (key: string, shape: readonly number[]): RuntimeTensor => ({ type: 'float32', ...hashedUniform(key, shape, -1, 1) })
export const pixelSamples = (key: string, shape: readonly number[]): RuntimeTensor => ({ type: 'uint8', shape, data: hashedPixels(key, shape) })
export const classLabels = (count: number, classes: number): Int32Array => Int32Array.from(hashedWords('labels', count), (word) => word % classes)
