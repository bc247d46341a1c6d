import type { CurvePoint } from '@graft/search/trial-record'

/** What stopping rules need again and again: curves of attempts that have ended, which do not change any more; and jobs that no rule may stop. */
export interface CurveCache {
  read(sweepId: string, key: string): readonly CurvePoint[] | undefined
  write(sweepId: string, key: string, curve: readonly CurvePoint[]): void
  /** Whether a job is known to be wanted whole. */
  isWhole(jobId: string): boolean
  noteWhole(jobId: string): void
}

/** Sweeps whose curves are kept: those that were asked about last. 5,000 trials of 20 epochs take about 10 MB. */
const mostSweeps = 10
const mostJobs = 20_000

export function createCurveCache(): CurveCache {
  const sweeps = new Map<string, Map<string, readonly CurvePoint[]>>()
  const whole = new Set<string>()
  return {
    isWhole: (jobId) => whole.has(jobId),
    noteWhole(jobId) {
      whole.add(jobId)
      if (whole.size > mostJobs) whole.delete(whole.values().next().value!)
    },
    read(sweepId, key) {
      const curves = sweeps.get(sweepId)
      if (curves === undefined) return undefined
      sweeps.delete(sweepId)
      sweeps.set(sweepId, curves) // now the last that is dropped
      return curves.get(key)
    },
    write(sweepId, key, curve) {
      const curves = sweeps.get(sweepId) ?? new Map<string, readonly CurvePoint[]>()
      curves.set(key, curve)
      sweeps.set(sweepId, curves)
      if (sweeps.size > mostSweeps) sweeps.delete(sweeps.keys().next().value!)
    },
  }
}
