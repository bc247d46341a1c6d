import type { ParameterImportance } from '@graft/contracts/sweep-results'

/** Importances of sweeps, each computed once for what it was computed from: that takes a second of processor time for a thousand configurations. */
export interface ImportanceCache {
  /** `compute` is called where nothing, or something of other configurations, is known; requests at once share one computation. */
  find(sweepId: string, basis: ImportanceBasis, compute: () => Promise<ParameterImportance[]>): Promise<ParameterImportance[]>
}

export interface ImportanceBasis {
  /** Names the configurations that count and their values. */
  version: string
  /** How many those are. */
  count: number
  /** Whether more are on their way. */
  grows: boolean
}

const mostSweeps = 50
/** While a sweep runs, importances are those of a moment ago until a twentieth more configurations count. */
const growth = 1.05

export function createImportanceCache(): ImportanceCache {
  const known = new Map<string, ImportanceBasis & { answer: Promise<ParameterImportance[]> }>()
  return {
    find(sweepId, basis, compute) {
      const before = known.get(sweepId)
      if (before !== undefined && (before.version === basis.version || (basis.grows && basis.count >= before.count && basis.count < before.count * growth))) return before.answer
      const entry = { ...basis, answer: compute() }
      known.delete(sweepId)
      known.set(sweepId, entry)
      if (known.size > mostSweeps) known.delete(known.keys().next().value!)
      entry.answer.catch(() => known.get(sweepId) === entry && known.delete(sweepId))
      return entry.answer
    },
  }
}
