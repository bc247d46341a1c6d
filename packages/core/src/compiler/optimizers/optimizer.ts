import type { OnnxGraph } from '../onnx-graph.ts'

/** What an optimizer remembers of each weight, by Keras's name. */
export interface Slot {
  readonly name: string
  /** Value of every element before the first step. */
  readonly initial: number
  /** One number instead of one for each element of the weight. */
  readonly isScalar?: true
}

/** One block of a weight and its gradient, as values of the graph. */
export interface UpdateInput {
  readonly weight: string
  readonly gradient: string
  /** In the order of `slots`. */
  readonly slots: readonly string[]
}
export interface UpdateOutput {
  readonly weight: string
  readonly slots: readonly string[]
}

/** Gradients by weight name, a weight's blocks one after the other. */
export type Gradients = ReadonlyMap<string, readonly string[]>

export interface Optimizer {
  readonly slots: readonly Slot[]
  /**
   * Adds what one step's updates share. `learningRate`: float32 of rank 0; `step`: float32 of rank 0, 1 in the first step of
   * the training.
   */
  begin(graph: OnnxGraph, learningRate: string, step: string): Update
}

export interface Update {
  /**
   * A factor (float32 of rank 0) that the rule wants on every gradient, after clipping. Where nothing else touches the gradients it is
   * applied to the gradient by the logits, where it costs nothing, instead of to each weight's, which are millions of values.
   */
  readonly gradientScale: string | null
  /** Clips all gradients of a step; null where the recipe does not clip. */
  readonly clip: ((gradients: Gradients) => Gradients) | null
  /** The update of a single block from its scaled gradient. */
  apply(input: UpdateInput): UpdateOutput
}

/** What a rule of its own knows nothing of: clipping is added around it. */
export type RuleUpdate = Omit<Update, 'clip'>
export interface Rule {
  readonly slots: readonly Slot[]
  begin(graph: OnnxGraph, learningRate: string, step: string): RuleUpdate
}

/** Slots that start at zero. */
export const zeroSlots = (...names: string[]): Slot[] => names.map((name) => ({ name, initial: 0 }))

/** from + (to - from) (1 - beta): Keras's order of operations in moving averages. */
export function approach(graph: OnnxGraph, from: string, to: string, beta: number): string {
  return graph.node('Add', [from, graph.node('Mul', [graph.node('Sub', [to, from]), graph.scalar(1 - beta)])])
}

/** 1 - beta^step. In float32, as Keras has it: 1 - 0.999 is rounded there, so it must be here. */
export function biasCorrection(graph: OnnxGraph, beta: number, step: string): string {
  return graph.node('Sub', [graph.scalar(1), graph.node('Pow', [graph.scalar(beta), step])])
}

export const square = (graph: OnnxGraph, value: string): string => graph.node('Mul', [value, value])
