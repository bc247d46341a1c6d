/** A tensor at the edge of a runtime, row-major. */
export type RuntimeTensor =
  | { readonly type: 'float32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly type: 'uint8'; readonly shape: readonly number[]; readonly data: Uint8Array }
  | { readonly type: 'int64'; readonly shape: readonly number[]; readonly data: BigInt64Array }
  | { readonly type: 'bool'; readonly shape: readonly number[]; readonly data: Uint8Array }

/** A compiled graph, ready to run. */
export interface Session {
  /** Runs the graph once; outputs by name. Rejects with `aborted` when the signal fired before the run began. */
  run(feeds: Readonly<Record<string, RuntimeTensor>>, signal?: AbortSignal): Promise<Record<string, RuntimeTensor>>
  dispose(): Promise<void>
}

/** What executes ONNX graphs on one device. A further runtime is one more folder that implements this. */
export interface Runtime {
  /** `onnxruntime`. */
  readonly name: string
  /** `cpu`, later `webgpu`, `cuda`. */
  readonly device: string
  readonly versions: Readonly<Record<string, string>>
  /** `model`: bytes of an ONNX ModelProto. */
  createSession(model: Uint8Array, signal?: AbortSignal): Promise<Session>
}
