import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import type { Tensor } from '../../network/description.ts'
import { readSafetensors } from '../../weights/safetensors.ts'

/** Tensors that a script of tools/parity wrote with Keras, from compiler/golden. */
export async function readGolden(name: string): Promise<Record<string, Tensor>> {
  const bytes = await readFile(new URL(`../golden/${name}.safetensors`, import.meta.url))
  return readSafetensors(bytes, name).tensors
}

/** Norm of the difference over norm of the expected. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length)
  let [difference, size] = [0, 0]
  for (let index = 0; index < expected.length; index++) {
    difference += (found[index]! - expected[index]!) ** 2
    size += expected[index]! ** 2
  }
  return Math.sqrt(difference / size)
}
