import type { FeatureView } from '@graft/contracts/feature-store'
import { applyView } from './feature-view.ts'

/** Images in memory (images x height x width x 3) as a view of test-time augmentation shows them; without a view the same memory. */
export function viewPixels(pixels: Uint8Array, size: readonly [height: number, width: number], view: FeatureView | undefined): Uint8Array {
  if (view === undefined) return pixels
  const length = size[0] * size[1] * 3
  const out = new Uint8Array(pixels.length)
  for (let start = 0; start < pixels.length; start += length) out.set(applyView(pixels.subarray(start, start + length), size, view, ''), start)
  return out
}
