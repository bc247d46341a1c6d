import { compileForward, forwardInput, forwardOutput } from '../../compiler/forward.ts'
import type { GraphRuntime } from '../graph-runtime.ts'
import type { ForwardSession, Runtime } from '../runtime.ts'
import type { FloatTensor } from '../runtime-tensor.ts'
import { createOnnxGraphRuntime, type OnnxGraphRuntimeOptions } from './onnx-graph-runtime.ts'
import { openOnnxTraining } from './onnx-training-session.ts'

export type OnnxRuntime = Runtime & { /** What runs the graphs that networks are compiled to; for ONNX files that are there already. */ readonly graphs: GraphRuntime }

/** onnxruntime: networks are compiled to ONNX graphs, which run in this thread, or wherever `graphs` runs them. */
export async function createOnnxRuntime(options: OnnxGraphRuntimeOptions & { readonly graphs?: GraphRuntime } = {}): Promise<OnnxRuntime> {
  const graphs = options.graphs ?? (await createOnnxGraphRuntime(options))
  const { name, device, versions } = graphs
  return {
    name,
    device,
    versions,
    graphs,
    openForward: (network, weights, forward, signal) => openOnnxForward(graphs, compileForward(network, weights, forward), signal),
    openTraining: (network, weights, training, signal) => openOnnxTraining(graphs, network, { weights, training }, signal),
  }
}

/** A forward that is compiled already: ONNX as `compileForward` makes it. */
export async function openOnnxForward(graphs: GraphRuntime, model: Uint8Array, signal?: AbortSignal): Promise<ForwardSession> {
  const session = await graphs.createSession(model, signal)
  return {
    run: async (input, runSignal) => (await session.run({ [forwardInput]: input }, runSignal))[forwardOutput] as FloatTensor,
    dispose: () => session.dispose(),
  }
}
