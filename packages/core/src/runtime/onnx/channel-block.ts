import { GraftError } from '@graft/contracts/errors'
import { blockedOperators, OnnxGraph } from '../../compiler/onnx-graph.ts'
import type { GraphRuntime } from '../graph-runtime.ts'

const found = new WeakMap<GraphRuntime, Promise<number | null>>()

/**
 * Channels of a block of onnxruntime's own layout of images (NCHWc) on this processor: 16 with AVX-512, 8 with AVX2. Null where the
 * device or the processor has none. Tried once a runtime, by four channels that are filled up to a block.
 */
export function channelBlock(graphs: GraphRuntime, signal?: AbortSignal): Promise<number | null> {
  if (graphs.device !== 'cpu') return Promise.resolve(null)
  const known = found.get(graphs) ?? tryChannelBlock(graphs, signal)
  found.set(graphs, known)
  known.catch(() => found.delete(graphs))
  return known
}

async function tryChannelBlock(graphs: GraphRuntime, signal: AbortSignal | undefined): Promise<number | null> {
  const graph = new OnnxGraph('channel block')
  const image = graph.input('image', 'float32', [1, 4, 1, 1])
  graph.output(graph.node('ReorderInput', [image], {}, { domain: blockedOperators }), 'blocked', 'float32', null)
  if (signal?.aborted) throw new GraftError('aborted', 'Stopped.')
  try {
    const session = await graphs.createSession(graph.toModel())
    const { blocked } = await session.run({ image: { type: 'float32', shape: [1, 4, 1, 1], data: new Float32Array(4) } })
    await session.dispose()
    const channels = blocked!.shape[1]!
    return channels > 4 ? channels : null
  } catch {
    // This build of onnxruntime has no such operator.
    return null
  }
}
