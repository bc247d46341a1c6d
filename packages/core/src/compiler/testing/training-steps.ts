import type { OptimizerRecipe } from '@graft/contracts/recipe/optimizer'
import type { Preprocessing } from '@graft/contracts/model'
import type { Network, NetworkWeights } from '../../network/description.ts'
import { elementCount } from '../../network/output-shape.ts'
import type { GraphRuntime } from '../../runtime/graph-runtime.ts'
import type { RuntimeTensor } from '../../runtime/runtime-tensor.ts'
import { compileTraining } from '../training-loop.ts'
import { countingBlocks, initialState, weightsOfState, type State } from '../trainable-state.ts'

export interface TrainingSteps {
  readonly runtime: GraphRuntime
  readonly network: Network
  readonly weights: NetworkWeights
  readonly optimizer: OptimizerRecipe
  readonly batchSize: number
  readonly preprocessing?: Preprocessing
  readonly samples: RuntimeTensor
  readonly labels: readonly number[]
  /** See `CompiledTrainingOptions`. */
  readonly forWebgpu?: boolean
  readonly channelBlock?: number | null
  /** One run of the Loop each; which samples, in which order. */
  readonly orders: readonly (readonly number[])[]
  /** Dropout masks by input name, with the shape of one sample's; they follow the samples. */
  readonly masks?: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Uint8Array }>>
}

/** Runs the compiled training loop on given weights and orders, nothing random: what parity tests compare. */
export async function runTrainingSteps(options: TrainingSteps): Promise<{ losses: number[]; correct: number; weights: NetworkWeights }> {
  const { network, optimizer, batchSize } = options
  const program = compileTraining(network, options.weights, { optimizer, batchSize, preprocessing: options.preprocessing ?? null, forWebgpu: options.forWebgpu, channelBlock: options.channelBlock })
  const session = await options.runtime.createSession(program.model)
  const losses: number[] = []
  let correct = 0
  let state: State = initialState(program.trainable, options.weights)
  for (const order of options.orders) {
    const outputs = await session.run({
      samples: options.samples,
      labels: int64(options.labels),
      order: int64(order),
      steps: { type: 'int64', shape: [], data: BigInt64Array.of(BigInt(Math.ceil(order.length / batchSize))) },
      learning_rates: { type: 'float32', shape: [Math.ceil(order.length / batchSize)], data: new Float32Array(Math.ceil(order.length / batchSize)).fill(optimizer.learningRate) },
      steps_before: { type: 'int64', shape: [], data: BigInt64Array.of(BigInt(losses.length)) },
      ...Object.fromEntries(Object.entries(options.masks ?? {}).map(([name, mask]) => [name, { type: 'uint8' as const, shape: [order.length, ...mask.shape], data: rows(mask, order) }])),
      ...state,
    })
    losses.push(...(outputs['losses']!.data as Float32Array))
    for (const hits of outputs['correct']!.data as BigInt64Array) correct += Number(hits)
    state = Object.fromEntries(Object.keys(state).map((name) => [name, outputs[`${name}/next`] as State[string]]))
  }
  await session.dispose()
  return { losses, correct, weights: weightsOfState(program.trainable, countingBlocks(program.trainable, state)) }
}

/** Gradients of the mean loss over all samples: one SGD step with learning rate 1 takes away exactly the gradient. */
export async function gradientsOf(options: Omit<TrainingSteps, 'optimizer' | 'batchSize' | 'orders'>): Promise<NetworkWeights> {
  const count = options.labels.length
  const optimizer = { name: 'SGD', learningRate: 1, momentum: 0, nesterov: false } as const
  const { weights } = await runTrainingSteps({ ...options, optimizer, batchSize: count, orders: [Array.from({ length: count }, (_, index) => index)] })
  return new Map(
    [...weights].map(([layerName, tensors]) => [
      layerName,
      Object.fromEntries(
        Object.entries(tensors).map(([weightName, { shape, data }]) => {
          const before = options.weights.get(layerName)![weightName]!.data
          return [weightName, { shape, data: data.map((value, index) => before[index]! - value) }]
        }),
      ),
    ]),
  )
}

function rows(mask: { shape: readonly number[]; data: Uint8Array }, order: readonly number[]): Uint8Array {
  const length = elementCount(mask.shape)
  const chosen = new Uint8Array(order.length * length)
  for (const [row, sample] of order.entries()) chosen.set(mask.data.subarray(sample * length, (sample + 1) * length), row * length)
  return chosen
}

function int64(values: readonly number[]): RuntimeTensor {
  return { type: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) }
}
