import { GraftError } from '@graft/contracts/errors'
import { pixelTransform } from '../../compiler/preprocessing-graph.ts'
import type { Runtime, TrainingSession } from '../runtime.ts'
import type { RuntimeTensor } from '../runtime-tensor.ts'
import { readInstallation } from './installation.ts'
import { keptSamples, networkWeights, plainWeights, type SentSamples, type TensorflowMemory } from './messages.ts'
import { TensorflowProcess } from './tensorflow-process.ts'

export type TensorflowRuntime = Runtime & {
  memory(): Promise<TensorflowMemory>
  /** Ends TensorFlow's process. */
  close(): Promise<void>
}

export interface TensorflowOptions {
  /** Where `graft backends install tensorflow` put it. */
  readonly folder: string
  /** Threads that share one operator's work; default: all cores. */
  readonly threads?: number | undefined
}

/** TensorFlow through tfjs-node, in a process of its own. Throws `unavailable` where it is not installed or cannot be loaded. */
export async function createTensorflowRuntime({ folder, threads }: TensorflowOptions): Promise<TensorflowRuntime> {
  const process = new TensorflowProcess(folder, await readInstallation(folder), threads)
  const { device, versions } = await process.device
  let sessions = 0
  return {
    name: 'tensorflow',
    device,
    versions,
    async openForward(network, weights, { preprocessing, output, pooling }, signal) {
      const session = ++sessions
      if (output !== undefined && !network.layers.some(({ name }) => name === output)) throw new GraftError('not_found', `${network.name} has no layer ${output}.`, { field: 'layer' })
      const transform = preprocessing && pixelTransform(preprocessing, network)
      await process.ask('open-forward', { session, forward: { network, transform, ...(output !== undefined && { output }), ...(pooling !== undefined && { pooling }) }, weights: plainWeights(weights) }, signal)
      return {
        run: (input, runSignal) => process.ask('run', { session, input }, runSignal),
        dispose: async () => void (await process.ask('dispose', { session })),
      }
    },
    async openTraining(network, weights, { preprocessing, frozen, ...options }, signal) {
      const session = ++sessions
      const transform = preprocessing && pixelTransform(preprocessing, network)
      await process.ask('open-training', { session, training: { ...options, network, transform, frozen: [...(frozen ?? [])] }, weights: plainWeights(weights) }, signal)
      return trainingSession(process, session)
    },
    memory: () => process.ask('memory', {}),
    close: () => process.close(),
  }
}

function trainingSession(process: TensorflowProcess, session: number): TrainingSession {
  const sent = sentOnce()
  return {
    train: ({ samples, ...run }, signal) => process.ask('train', { session, run, samples: sent(samples) }, signal),
    evaluate: (samples, labels, signal) => process.ask('evaluate', { session, samples: sent(samples), labels }, signal),
    weights: async () => networkWeights(await process.ask('weights', { session })),
    state: () => process.ask('state', { session }),
    restore: async (state) => void (await process.ask('restore', { session, state })),
    dispose: async () => void (await process.ask('dispose', { session })),
  }
}

/** Epochs run over the same samples: they are sent once. This list and the process's keep the same ones. */
function sentOnce(): (samples: RuntimeTensor) => SentSamples {
  const known: { readonly data: RuntimeTensor['data']; readonly number: number }[] = []
  let last = 0
  return (tensor) => {
    const found = known.find(({ data }) => data === tensor.data)
    if (found !== undefined) return { number: found.number }
    known.push({ data: tensor.data, number: ++last })
    if (known.length > keptSamples) known.shift()
    return { number: last, tensor }
  }
}
