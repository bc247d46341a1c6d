import type { Configuration } from '@graft/contracts/search-space'
import type { CompiledSpace } from '../../space/compiled-space.ts'
import { configurationKey } from '../../space/configuration-key.ts'
import type { Method } from '../method.ts'
import { sobolSequence } from './sobol-sequence.ts'

/** Points that may break constraints or repeat before the search looks elsewhere. */
const mostSkipped = 10_000

/**
 * The next point of a scrambled Sobol sequence that has not been proposed: the space is covered evenly from the first trial on.
 * Conditional parameters have a dimension each, which a point without them does not use. Points that break a constraint are left out.
 */
export const proposeSobol: Method = ({ space, seed, index, taken }) => firstNew(space, seed, taken, index)

/** Each earlier proposal took one point at least. */
function firstNew(space: CompiledSpace, seed: number, taken: ReadonlySet<string>, from: number): Configuration | null {
  const sequence = sobolSequence(space.names.length, seed)
  for (let index = from; index < from + mostSkipped; index += 1) {
    const configuration = space.decode(space.fromCube(sequence(index)))
    if (space.meetsConstraints(configuration) && !taken.has(configurationKey(configuration))) return configuration
  }
  return null
}
