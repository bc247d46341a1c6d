import { availableParallelism } from 'node:os'
import { GraftError } from '@graft/contracts/errors'
import { InferenceSession, Tensor, env } from 'onnxruntime-node'
import { blockedOperators } from '../../compiler/onnx-graph.ts'
import type { GraphRuntime, GraphSession } from '../graph-runtime.ts'
import { parseOnnxDevice } from '../probe-device.ts'
import type { RuntimeTensor } from '../runtime-tensor.ts'

export interface OnnxGraphRuntimeOptions {
  /** Default `cpu`. `cuda:1` is the second GPU. What is usable here, `probeDevice` tells. */
  readonly device?: string | undefined
  /** Threads that share one operator's work; default: as many as this process may use. Results are bit-identical for equal counts. */
  readonly threads?: number
}

/**
 * onnxruntime on this machine. A run occupies the calling thread until it ends (onnxruntime-node is synchronous inside), so
 * callers keep single runs short; decoding in sharp's threads goes on meanwhile.
 */
export async function createOnnxGraphRuntime(options: OnnxGraphRuntimeOptions = {}): Promise<GraphRuntime> {
  const { device = 'cpu', threads = availableParallelism() } = options
  if (!Number.isInteger(threads) || threads < 1) {
    throw new GraftError('invalid_input', `onnxruntime needs a whole number of threads from 1 up, not ${threads}.`, { field: 'threads' })
  }
  const provider = executionProvider(device)
  env.logLevel = 'error'
  return {
    name: 'onnxruntime',
    device,
    versions: { onnxruntime: env.versions.node ?? env.versions.common },
    createSession: (model, signal) => createSession(model, { provider, threads }, signal),
  }
}

/** Operators that the device has no code for run on the CPU. */
function executionProvider(device: string): InferenceSession.ExecutionProviderConfig {
  const known = parseOnnxDevice(device)
  if (known !== null) return known.kind === 'cuda' ? { name: 'cuda', deviceId: known.index } : known.kind
  throw new GraftError('invalid_input', `There is no device “${device.slice(0, 40)}”.`, { hint: 'There are cpu, webgpu, cuda (or cuda:1 for the second GPU); `graft doctor` says which are usable here.', field: 'device' })
}

async function createSession(model: Uint8Array, { provider, threads }: { provider: InferenceSession.ExecutionProviderConfig; threads: number }, signal: AbortSignal | undefined): Promise<GraphSession> {
  refuseAborted(signal)
  const session = await InferenceSession.create(model, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: isInBlocks(model) ? 'basic' : 'all',
    // A plan for one shape of input asks for all of a run's memory in one piece and keeps it; without plans values share what others are done with.
    enableMemPattern: false,
    logSeverityLevel: 3,
    // Slots of an optimizer decay towards zero; denormals would slow every later step. TensorFlow flushes them too.
    extra: { session: { set_denormal_as_zero: '1' } },
  })
  const kept = new Map<string, Tensor>()
  return {
    async run(feeds, runSignal) {
      refuseAborted(runSignal)
      const outputs = { ...(await session.run({ ...Object.fromEntries(kept), ...toTensors(feeds) })) }
      for (const name of kept.keys()) {
        const next = outputs[`${name}/next`]
        if (next === undefined) continue
        kept.set(name, next)
        delete outputs[`${name}/next`]
      }
      return fromTensors(outputs)
    },
    async hold(values) {
      for (const [name, tensor] of Object.entries(toTensors(values))) kept.set(name, tensor)
    },
    async held(names) {
      return fromTensors(Object.fromEntries(names.flatMap((name) => (kept.has(name) ? [[name, kept.get(name)!]] : []))))
    },
    async dispose() {
      await session.release()
    },
  }
}

/**
 * Whether a graph says itself what lies in onnxruntime's blocked layout: then further optimisations find nothing, but take seconds. A model of
 * ours tells so at its end, where it lists the sets of operators that it uses.
 */
function isInBlocks(model: Uint8Array): boolean {
  return Buffer.from(model.subarray(-200)).includes(blockedOperators)
}

function toTensors(values: Readonly<Record<string, RuntimeTensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(values).map(([name, { type, data, shape }]) => [name, new Tensor(type, data, [...shape])]))
}

function fromTensors(tensors: Readonly<Record<string, Tensor>>): Record<string, RuntimeTensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, fromTensor(name, tensor)]))
}

function fromTensor(name: string, tensor: Tensor): RuntimeTensor {
  const { type, dims: shape, data } = tensor
  if (type === 'float32' && data instanceof Float32Array) return { type, shape, data }
  if (type === 'int64' && data instanceof BigInt64Array) return { type, shape, data }
  if ((type === 'uint8' || type === 'bool') && data instanceof Uint8Array) return { type, shape, data }
  throw new GraftError('internal', `Output ${name} has element type ${type}, which no graph of ours puts out.`)
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new GraftError('aborted', 'Stopped.')
}
