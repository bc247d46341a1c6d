import type { WeightFormat } from '@graft/contracts/model'
import type { Network, NetworkWeights } from '../network/description.ts'
import { matchWeights } from './match.ts'
import { openWeightFile } from './open.ts'

/**
 * Loads a weight file into a network: every weight of every layer, shapes checked before values are read. The format is recognised
 * by content. The file may hold more than the network (a top). Throws `not_found`, `corrupt`, `unsupported`, `mismatch`.
 */
export async function loadWeightFile(path: string, network: Network, signal?: AbortSignal): Promise<{ weights: NetworkWeights; format: WeightFormat }> {
  const stored = await openWeightFile(path, signal)
  try {
    return { weights: matchWeights(stored, network), format: stored.format }
  } finally {
    stored.close()
  }
}
