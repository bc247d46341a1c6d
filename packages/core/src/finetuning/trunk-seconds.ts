import { availableParallelism } from 'node:os'
import { cutNetwork } from '../network/cut.ts'
import type { Network } from '../network/description.ts'
import type { PhaseOutcome } from '../trial/phase-outcome.ts'
import { multiplyAdds } from '../network/multiply-adds.ts'

/** Multiply-adds a second of a core, where nothing was measured: about half of what onnxruntime reaches on a current one. */
const multiplyAddsPerSecond = 30e9

/**
 * Seconds that the layers up to `cut` take for an image: the cut's share of what the whole trunk took in the phase before (or once took,
 * as the cache tells), by multiply-adds; else an estimate from the number of cores.
 */
export function trunkSeconds(trunk: Network, cut: string, before: Pick<PhaseOutcome, 'features' | 'seconds'> | null): number {
  const work = multiplyAdds(cutNetwork(trunk, cut))
  const measured = before === null ? null : secondsAnImage(before)
  return measured === null ? work / (multiplyAddsPerSecond * availableParallelism()) : (measured * work) / Math.max(1, multiplyAdds(trunk))
}

function secondsAnImage({ features, seconds }: Pick<PhaseOutcome, 'features' | 'seconds'>): number | null {
  if (features.computed > 0) return seconds.extraction / features.computed
  return features.reused > 0 && features.secondsSaved > 0 ? features.secondsSaved / features.reused : null
}
