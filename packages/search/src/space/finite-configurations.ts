import type { Configuration } from '@graft/contracts/search-space'
import { configurationKey } from './configuration-key.ts'
import type { CompiledSpace } from './compiled-space.ts'

/** The distinct configurations of a finite space, computed as far as they have been asked for and kept. */
export interface FiniteConfigurations {
  /** The first `limit` that `taken` does not hold, in the space's order. */
  remaining(taken: ReadonlySet<string>, limit: number): Configuration[]
  /** How many there are; null where there are more than `limit`. */
  count(limit: number): number | null
}

export function finiteConfigurations(space: CompiledSpace): FiniteConfigurations {
  const source = space.configurations()
  const known: { configuration: Configuration; key: string }[] = []
  const keys = new Set<string>()
  /** One more, if there is one. A value that is listed twice makes equal configurations: each counts once. */
  const advance = (): boolean => {
    for (;;) {
      const next = source.next()
      if (next.done === true) return false
      const key = configurationKey(next.value)
      if (keys.has(key)) continue
      keys.add(key)
      known.push({ configuration: next.value, key })
      return true
    }
  }
  return {
    remaining(taken, limit) {
      const found: Configuration[] = []
      for (let index = 0; found.length < limit; index += 1) {
        if (index === known.length && !advance()) break
        const entry = known[index]!
        if (!taken.has(entry.key)) found.push(entry.configuration)
      }
      return found
    },
    count(limit) {
      while (known.length <= limit) if (!advance()) return known.length
      return null
    },
  }
}
