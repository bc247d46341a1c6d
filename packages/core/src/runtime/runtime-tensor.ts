/** A tensor at the edge of a runtime, row-major. */
export type RuntimeTensor =
  | FloatTensor
  | { readonly type: 'uint8'; readonly shape: readonly number[]; readonly data: Uint8Array }
  | { readonly type: 'int64'; readonly shape: readonly number[]; readonly data: BigInt64Array }
  | { readonly type: 'bool'; readonly shape: readonly number[]; readonly data: Uint8Array }

export interface FloatTensor {
  readonly type: 'float32'
  readonly shape: readonly number[]
  readonly data: Float32Array
}
