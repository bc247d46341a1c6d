import type { RuntimeTensor } from './runtime-tensor.ts'

/** A compiled graph, ready to run. */
export interface GraphSession {
  /** Runs the graph once; outputs by name. Rejects with `aborted` when the signal fired before the run began. */
  run(feeds: Readonly<Record<string, RuntimeTensor>>, signal?: AbortSignal): Promise<Record<string, RuntimeTensor>>
  /**
   * Leaves values with the session, where the graph runs: each later run takes them as inputs of their names and, where the graph has an
   * output `<name>/next`, goes on with that instead of giving it back. So a training's state need not travel between runs.
   */
  hold(values: Readonly<Record<string, RuntimeTensor>>): Promise<void>
  /** Held values as they are now. */
  held(names: readonly string[]): Promise<Record<string, RuntimeTensor>>
  dispose(): Promise<void>
}

/** What executes ONNX graphs on one device, in this thread or in another. */
export interface GraphRuntime {
  /** `onnxruntime`. */
  readonly name: string
  /** `cpu`, `webgpu`, `cuda`. */
  readonly device: string
  readonly versions: Readonly<Record<string, string>>
  /** `model`: bytes of an ONNX ModelProto. */
  createSession(model: Uint8Array, signal?: AbortSignal): Promise<GraphSession>
}
