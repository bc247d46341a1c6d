import type { OptimizerRecipe } from '@graft/contracts/recipe/optimizer'
import type { OnnxGraph } from '../onnx-graph.ts'
import { square, type Gradients } from './optimizer.ts'

/** Keras's clipping of a step's gradients, by the one option that the recipe sets; null where it sets none. */
export function clippingOf(recipe: OptimizerRecipe, graph: OnnxGraph): ((gradients: Gradients) => Gradients) | null {
  const { clipValue, clipNorm, globalClipNorm } = recipe
  const mapped = (gradients: Gradients, change: (blocks: readonly string[]) => readonly string[]): Gradients => new Map([...gradients].map(([name, blocks]) => [name, change(blocks)]))
  const scaled = (blocks: readonly string[], factor: string): string[] => blocks.map((block) => graph.node('Mul', [block, factor]))
  if (clipValue !== undefined) {
    const [low, high] = [graph.scalar(-clipValue), graph.scalar(clipValue)]
    return (gradients) => mapped(gradients, (blocks) => blocks.map((block) => graph.node('Clip', [block, low, high])))
  }
  if (clipNorm !== undefined) return (gradients) => mapped(gradients, (blocks) => scaled(blocks, shrinking(graph, blocks, clipNorm)))
  if (globalClipNorm === undefined) return null
  return (gradients) => {
    const factor = shrinking(graph, [...gradients.values()].flat(), globalClipNorm)
    return mapped(gradients, (blocks) => scaled(blocks, factor))
  }
}

/** limit / max(norm, limit), where the norm is that of all blocks together: 1 unless the norm is over the limit. */
function shrinking(graph: OnnxGraph, blocks: readonly string[], limit: number): string {
  const squares = blocks.map((block) => graph.node('ReduceSum', [square(graph, block)], { keepdims: 0 }))
  const norm = graph.node('Sqrt', [squares.length === 1 ? squares[0]! : graph.node('Sum', squares)])
  return graph.node('Div', [graph.scalar(limit), graph.node('Max', [norm, graph.scalar(limit)])])
}
