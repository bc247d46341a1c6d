import type { SweepPoint } from '@graft/contracts/sweep-results'
import { extent } from 'd3-array'
import { shortCountText } from '../../../format/count.ts'
import { durationText } from '../../../format/duration.ts'
import { linearScale, logarithmicScale } from '../../plots/axis-scale.ts'
import type { ScatterAxis } from './scatter-plot.tsx'
import { objectiveScale, type SweepColumns } from './sweep-columns.ts'

/** What is to be good, and what it costs; a trial has null where it is not known. */
export type ParetoScore = 'objective' | 'test'
export type ParetoCost = 'time' | 'epochs' | 'parameters'

export const costTexts: Record<ParetoCost, string> = { time: 'Time', epochs: 'Epochs', parameters: 'Parameters' }
/** Of two trials the one with less of it is … */
export const costComparisons: Record<ParetoCost, string> = { time: 'quicker', epochs: 'done in fewer epochs', parameters: 'smaller' }

/** Parameters of each model, by its id. */
export type ModelSizes = ReadonlyMap<string, number>

export const scoreOf = (point: SweepPoint, score: ParetoScore): number | null => (score === 'test' ? point.testAccuracy : point.objective)

export function costOf(point: SweepPoint, cost: ParetoCost, sizes: ModelSizes): number | null {
  if (cost === 'time') return point.seconds
  if (cost === 'epochs') return point.epochs
  return sizes.get(point.model) ?? null
}

const known = (values: readonly (number | null)[]): Set<number> => new Set(values.filter((value): value is number => value !== null && value > 0))

/** The scores that differ and are known of some trial. */
export function paretoScores({ trials }: SweepColumns): ParetoScore[] {
  return trials.some(({ testAccuracy }) => testAccuracy !== null) ? ['objective', 'test'] : ['objective']
}

/** The costs in which trials differ; time always. */
export function paretoCosts({ trials }: SweepColumns, sizes: ModelSizes): ParetoCost[] {
  return (['time', 'epochs', 'parameters'] as const).filter((cost) => cost === 'time' || known(trials.map((trial) => costOf(trial, cost, sizes))).size > 1)
}

export function scoreAxis(columns: SweepColumns, score: ParetoScore): ScatterAxis {
  if (score === 'objective') return columns.objective
  const scale = objectiveScale('test/accuracy', columns.trials.flatMap(({ testAccuracy }) => (testAccuracy === null ? [] : [testAccuracy])), true)
  return { scale, places: Float32Array.from(columns.trials, ({ testAccuracy }) => (testAccuracy === null ? NaN : Math.max(0, scale.placeOf(testAccuracy)))) }
}

/** Along a logarithmic axis: costs differ by factors. */
export function costAxis({ trials }: SweepColumns, cost: ParetoCost, sizes: ModelSizes): ScatterAxis {
  const text = cost === 'time' ? durationText : shortCountText
  const [low, high] = extent(known(trials.map((trial) => costOf(trial, cost, sizes))))
  const scale = low === undefined ? linearScale([0, 1], text) : logarithmicScale([low / 1.05, high * 1.05], text)
  return { scale, places: Float32Array.from(trials, (trial) => scale.placeOf(costOf(trial, cost, sizes))) }
}

/** Higher is better for `paretoFront`, whatever the objective's goal. */
export const scoreSign = ({ maximizes }: SweepColumns, score: ParetoScore): 1 | -1 => (score === 'test' || maximizes ? 1 : -1)
