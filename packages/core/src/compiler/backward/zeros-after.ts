import type { OnnxGraph } from '../onnx-graph.ts'

/**
 * Zeros [`length`] that are there only once `values` are computed. As the bias of a convolution that goes on
 * backwards they make onnxruntime compute a layer's own gradients before: left to itself it puts off all of those to
 * the end of the step, and every layer's gradient by its output stays in memory until then.
 */
export function zerosAfter(graph: OnnxGraph, values: readonly string[], length: number): string {
  const firsts = values.map((value) => graph.node('Slice', [graph.node('Reshape', [value, graph.integers([-1])]), graph.integers([0]), graph.integers([1])]))
  const first = firsts.slice(1).reduce((sum, other) => graph.node('Add', [sum, other]), firsts[0]!)
  const zero = graph.node('Clip', [first, graph.scalar(0), graph.scalar(0)])
  return length === 1 ? zero : graph.node('Expand', [zero, graph.integers([length])])
}
