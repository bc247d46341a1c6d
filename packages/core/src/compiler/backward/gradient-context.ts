import type { Layer, LayerKind } from '../../network/description.ts'
import type { LayerContext, LayerOf } from '../layer-operations.ts'

/** What a layer's gradient may use: the forward values, and what the forward kept. */
export interface GradientContext extends LayerContext {
  /** The one value that the layer's forward noted under this name; throws where it noted nothing. */
  keptValue(layer: Layer, what: string): string
  /** Shape of a layer's weight in ONNX's layout. */
  weightShape(layer: Layer, weightName: string): readonly number[]
  /** What weights that are no variables of the optimizer become after the step, by `layer/weight`. */
  readonly updates: ReadonlyMap<string, string>
  /** Whether something trainable lies before this input: otherwise its gradient is not wanted. */
  needsGradient(layerName: string): boolean
}

/** Gradients of the loss by a layer's inputs (null: not wanted) and by its weights' blocks, in ONNX's layout. */
export interface LayerGradients {
  readonly inputs: readonly (string | null)[]
  readonly weights: Readonly<Record<string, readonly string[]>>
}

/** Adds the reverse of one layer: from the gradient by its output to the gradients by its inputs and weights. */
export type Gradient<Kind extends LayerKind> = (layer: LayerOf<Kind>, gradient: string, context: GradientContext) => LayerGradients
