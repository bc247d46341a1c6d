import type { Objective } from '@graft/contracts/sweep-search'
import type { CurvePoint, TrialRecord } from '../trial-record.ts'

/** Epochs of the rungs up to `epochs`: the minimum times powers of eta, rounded up where eta is no whole number. */
export function rungsUpTo(minimumEpochs: number, eta: number, epochs: number): number[] {
  const rungs: number[] = []
  for (let exact = minimumEpochs; Math.ceil(exact - 1e-9) <= epochs; exact *= eta) {
    const rung = Math.ceil(exact - 1e-9)
    if (rung !== rungs.at(-1)) rungs.push(rung)
  }
  return rungs
}

/**
 * Asynchronous successive halving that stops (Li et al., "A System for Massively Parallel Hyperparameter Tuning", 2020; Optuna's
 * SuccessiveHalvingPruner): a trial whose last epoch reaches a rung goes on if it is among the best 1/eta of those that have been there, pruned ones
 * included; among fewer than eta, if it is the best.
 *
 * @returns the rung's epochs where the trial should stop; null where it goes on or its last epoch reaches no rung.
 */
export function failsSuccessiveHalving({ objective, trial, others, minimumEpochs, eta }: { objective: Objective; trial: TrialRecord; others: readonly TrialRecord[]; minimumEpochs: number; eta: number }): number | null {
  const steps = trial.steps ?? []
  const [last, before] = [steps.at(-1)?.step ?? 0, steps.at(-2)?.step ?? 0]
  const sign = objective.goal === 'maximize' ? -1 : 1
  for (const rung of rungsUpTo(minimumEpochs, eta, last)) {
    if (rung <= before) continue
    const own = sign * valueAt(steps, rung)!
    const losses = others.flatMap((other) => {
      const value = valueAt(other.steps, rung)
      return value === null ? [] : [Number.isFinite(value) ? sign * value : Number.POSITIVE_INFINITY]
    })
    const goOn = Math.max(1, Math.floor((losses.length + 1) / eta))
    if (losses.filter((loss) => loss < own).length >= goOn) return rung
  }
  return null
}

/** The value at the first epoch that reaches a rung; null where the curve ends before. */
function valueAt(steps: readonly CurvePoint[] | undefined, rung: number): number | null {
  return steps?.find(({ step }) => step >= rung)?.value ?? null
}
