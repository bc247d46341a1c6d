import type { WeightFormat } from '@graft/contracts/model'
import { openWeightFile } from './open.ts'

export interface WeightFileContent {
  readonly format: WeightFormat
  readonly layers: readonly { readonly name: string; readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[] }[]
}

/** What is inside a weight file: format, layers with weights, shapes. Reads no values. Throws as loadWeightFile does. */
export async function inspectWeightFile(path: string, signal?: AbortSignal): Promise<WeightFileContent> {
  const stored = await openWeightFile(path, signal)
  try {
    return { format: stored.format, layers: stored.layers.map(({ name, tensors }) => ({ name, weights: tensors.map((tensor) => ({ name: tensor.name, shape: tensor.shape })) })) }
  } finally {
    stored.close()
  }
}
