import type { Parts } from './parts.ts'

/** The rows of the training, validation and test images in a matrix that holds them in this order. Views of its memory. */
export function rowsOf<Samples extends Float32Array | Uint8Array>(matrix: Samples, length: number, parts: Parts): { train: Samples; validation: Samples; test: Samples } {
  const rows = (first: number, count: number): Samples => matrix.subarray(first * length, (first + count) * length) as Samples
  const [train, validation] = [parts.train.length, parts.validation.length]
  return { train: rows(0, train), validation: rows(train, validation), test: rows(train + validation, parts.test.length) }
}
