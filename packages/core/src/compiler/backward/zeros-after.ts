import type { OnnxGraph } from '../onnx-graph.ts'

/**
 * Zeros [`channels`] that are there only once `value` ([filters or 1, `channels` at `axis`, …]) is computed. As the bias of a convolution that goes on
 * backwards they make onnxruntime compute a layer's kernel gradient before: left to itself it puts off all kernel gradients to
 * the end of the step, and every layer's gradient stays in memory until then.
 */
export function zerosAfter(graph: OnnxGraph, value: string, channels: number, axis: 0 | 1): string {
  const others = [0, 1, 2, 3].filter((other) => other !== axis)
  const first = graph.node('Slice', [value, graph.integers([0, 0, 0]), graph.integers([1, 1, 1]), graph.integers(others)])
  return graph.node('Clip', [graph.node('Reshape', [first, graph.integers([channels])]), graph.scalar(0), graph.scalar(0)])
}
