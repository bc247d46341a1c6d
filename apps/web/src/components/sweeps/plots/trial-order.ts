import type { SweepColumns } from './sweep-columns.ts'

/** A column that the table is sorted by: a field of every trial, or the name of an axis. */
export interface TrialOrder {
  by: string
  descending: boolean
}

/** Trials in an order; those without a value come last either way, and equal ones keep the order in which they were made. */
export function sortTrials({ trials, axes, objective }: SweepColumns, shown: readonly number[], { by, descending }: TrialOrder): number[] {
  const axis = [...axes, objective].find(({ name }) => name === by)
  const valueOf = (trial: number): number | string | null => {
    const point = trials[trial]!
    switch (by) {
      case 'objective':
        return point.objective
      case 'dataset':
      case 'model':
      case 'state':
      case 'seed':
      case 'configuration':
      case 'seconds':
      case 'epochs':
      case 'testAccuracy':
        return point[by]
      default:
        return axis === undefined || Number.isNaN(axis.places[trial]!) ? null : axis.places[trial]!
    }
  }
  const compare = (a: number | string, b: number | string) => (typeof a === 'string' ? a.localeCompare(String(b)) : a - Number(b))
  return shown
    .map((trial) => ({ trial, value: valueOf(trial) }))
    .toSorted((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null)
      return compare(a.value, b.value) * (descending ? -1 : 1)
    })
    .map(({ trial }) => trial)
}
