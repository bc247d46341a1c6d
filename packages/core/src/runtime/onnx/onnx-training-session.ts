import { GraftError } from '@graft/contracts/errors'
import { compileEvaluation } from '../../compiler/evaluation.ts'
import { compileTraining } from '../../compiler/training-loop.ts'
import { countingBlocks, countingNames, initialState, stateEntries, weightsOfState, type State } from '../../compiler/trainable-state.ts'
import { stateShape } from '../../compiler/weight-layout.ts'
import type { Network, NetworkWeights } from '../../network/description.ts'
import { weightSpecifications } from '../../network/weight-specifications.ts'
import { channelBlock } from './channel-block.ts'
import type { GraphRuntime, GraphSession } from '../graph-runtime.ts'
import type { TrainingOptions, TrainingRun, TrainingSession } from '../runtime.ts'
import type { FloatTensor, RuntimeTensor } from '../runtime-tensor.ts'

/** Training compiled to one graph of a Loop over steps; the state stays with that graph's session between runs. */
export async function openOnnxTraining(graphs: GraphRuntime, network: Network, { weights, training: options }: { weights: NetworkWeights; training: TrainingOptions }, signal?: AbortSignal): Promise<TrainingSession> {
  const { model, trainable } = compileTraining(network, weights, { ...options, forWebgpu: graphs.device === 'webgpu', channelBlock: await channelBlock(graphs, signal) })
  const session = await graphs.createSession(model, signal)
  // Compiled for the first validation: there may be none.
  let evaluation: GraphSession | null = null
  const names = stateEntries(trainable).map(({ name }) => name)
  const held = async (wanted: readonly string[]): Promise<State> => (await session.held(wanted)) as Record<string, FloatTensor>
  // The weights that count, fetched from where the graph runs at most once between two runs.
  let counting: Promise<State> | null = null
  const countingWeights = (): Promise<State> => (counting ??= held(countingNames(trainable)).then((state) => countingBlocks(trainable, state)))
  await session.hold(initialState(trainable, weights))
  return {
    async train(run, runSignal) {
      counting = null
      const outputs = await session.run(runInputs(run, options.batchSize), runSignal)
      const correct = (outputs['correct']!.data as BigInt64Array).reduce((sum, hits) => sum + Number(hits), 0)
      return { losses: outputs['losses']!.data as Float32Array, correct, isFinite: Number.isFinite(outputs['checksum']!.data[0]) }
    },
    async evaluate(samples, labels, runSignal) {
      evaluation ??= await graphs.createSession(compileEvaluation(network, weights, trainable, options), runSignal)
      const outputs = await evaluation.run({ samples, labels: integers(labels), ...(await countingWeights()) }, runSignal)
      return { losses: outputs['losses']!.data as Float32Array, correct: outputs['correct']!.data as Uint8Array }
    },
    weights: async () => withConstants(network, weights, weightsOfState(trainable, await countingWeights())),
    state: () => held(names),
    async restore(restored) {
      for (const { name, shape } of stateEntries(trainable)) {
        // Kernels had four dimensions in older checkpoints.
        const found = restored[name] && stateShape(restored[name].shape).join(' x ')
        if (found !== shape.join(' x ')) throw new GraftError('mismatch', `The state of a training has ${name} as ${found ?? 'nothing'}; this network and optimizer need ${shape.join(' x ')}.`)
      }
      counting = null
      await session.hold(Object.fromEntries(names.map((name) => [name, { ...restored[name]!, shape: stateShape(restored[name]!.shape) }])))
    },
    async dispose() {
      await Promise.all([session.dispose(), evaluation?.dispose()])
    },
  }
}

/** Every weight of the network: what was trained, and what stayed as it was. */
function withConstants(network: Network, before: NetworkWeights, trained: NetworkWeights): NetworkWeights {
  const names = [...weightSpecifications(network).keys()]
  return new Map(names.map((name) => [name, { ...before.get(name), ...trained.get(name) }]))
}

function runInputs(run: TrainingRun, batchSize: number): Record<string, RuntimeTensor> {
  return {
    samples: run.samples,
    labels: labelTensor(run.labels, run.samples.shape[0]!),
    order: integers(run.order),
    steps: integer(Math.ceil(run.order.length / batchSize)),
    learning_rates: { type: 'float32', shape: [run.learningRates.length], data: run.learningRates },
    steps_before: integer(run.stepsBefore),
    ...run.masks,
  }
}

function labelTensor(labels: Int32Array | Float32Array, samples: number): RuntimeTensor {
  return labels instanceof Int32Array ? integers(labels) : { type: 'float32', shape: [samples, labels.length / samples], data: labels }
}

function integers(values: Int32Array): RuntimeTensor {
  return { type: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) }
}

function integer(value: number): RuntimeTensor {
  return { type: 'int64', shape: [], data: BigInt64Array.of(BigInt(value)) }
}
