import type { LossRecipe } from '@graft/contracts/recipe/loss'
import type { OnnxGraph } from '../onnx-graph.ts'

/** What a loss makes of a batch: values of the graph. */
export interface EmittedLoss {
  /** [N]: each sample's loss. */
  readonly losses: string
  /** [N] bool: whether the most probable class (the first of equals) is the true one. */
  readonly correct: string
  /** Adds the gradient of each sample's own loss by its logits: [N, outputs]. */
  gradient(): string
}

export interface LossInput {
  readonly graph: OnnxGraph
  /** [N, outputs]: what goes into the last activation, so that no probability rounds to zero. */
  readonly logits: string
  /** int64 [N]: class indexes; or, if soft, float32 [N, classes]: distributions over the classes. */
  readonly labels: string
  readonly isSoft: boolean
  readonly classes: number
}

export type Loss<Name extends LossRecipe['name']> = (recipe: Extract<LossRecipe, { name: Name }>, input: LossInput) => EmittedLoss

/** Labels as distributions over the classes, smoothed: y (1 - s) + s / classes, as Keras has it. */
export function labelDistribution({ graph, labels, isSoft, classes }: LossInput, labelSmoothing = 0): string {
  const rest = labelSmoothing / classes
  if (!isSoft) return graph.node('OneHot', [labels, graph.integers([classes]), graph.floats(Float32Array.of(rest, 1 - labelSmoothing + rest), [2])])
  if (labelSmoothing === 0) return labels
  return graph.node('Add', [graph.node('Mul', [labels, graph.scalar(1 - labelSmoothing)]), graph.scalar(rest)])
}

/** int64 [N]: the class, of soft labels the most probable one. */
export function labelClass({ graph, labels, isSoft }: Pick<LossInput, 'graph' | 'labels' | 'isSoft'>): string {
  return isSoft ? graph.node('ArgMax', [labels], { axis: 1, keepdims: 0 }) : labels
}

/** Whether the largest logit is that of the label's class. */
export function isMostProbable(input: LossInput): string {
  return input.graph.node('Equal', [input.graph.node('ArgMax', [input.logits], { axis: 1, keepdims: 0 }), labelClass(input)])
}
