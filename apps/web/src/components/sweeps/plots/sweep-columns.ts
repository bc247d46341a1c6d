import type { JsonValue } from '@graft/contracts/search-space'
import type { SweepParameter, SweepPoint, SweepPoints } from '@graft/contracts/sweep-results'
import { quantileSorted } from 'd3-array'
import { percentText } from '../../../format/accuracy.ts'
import { categoricalScale, linearScale, logarithmicScale, type AxisScale } from '../../plots/axis-scale.ts'
import { parameterLabels } from './parameter-labels.ts'
import { spreadEvenly } from './sample-trials.ts'

export interface PlotAxis {
  name: string
  label: string
  scale: AxisScale
  /** Of each trial, 0 to 1; NaN where it has none. */
  places: Float32Array
}

/** All trials of a sweep as the plots take them: column by column, in the order of `trials`. */
export interface SweepColumns {
  trials: readonly SweepPoint[]
  /** The searched parameters; datasets and models too, where there are several. */
  axes: readonly PlotAxis[]
  objective: PlotAxis
  metric: string
  maximizes: boolean
  /** The objective, from 0 (worst) to 1 (best); NaN without a value. */
  quality: Float32Array
  /** The share of trials that are worse, which colours go by: most trials of a good search lie close together. NaN without a value. */
  rank: Float32Array
  /** Places of trials with a value, best first, then those without. */
  order: Uint32Array
  /** All trials so that each beginning of the list is spread evenly from the best to the worst. */
  spread: Uint32Array
}

const isAccuracy = (metric: string) => metric.endsWith('accuracy')
export const objectiveText = (metric: string, value: number | null): string => (value === null ? '–' : isAccuracy(metric) ? `${percentText(value)}%` : value.toPrecision(4))
export const objectiveName = (metric: string): string => metric.replace('/', ' ')

/** A loss may be astronomic: the worst end stops this many quartile distances from the middle half; what is worse lies on the end. */
const fence = 3

/** An axis for values of the objective. */
export function objectiveScale(metric: string, values: readonly number[], maximizes: boolean): AxisScale {
  return linearScale(objectiveRange(values, maximizes), (value) => (isAccuracy(metric) ? `${Number((value * 100).toFixed(1))}%` : String(Number(value.toPrecision(3)))))
}

function objectiveRange(values: readonly number[], maximizes: boolean): [number, number] {
  const sorted = values.toSorted((a, b) => a - b)
  if (sorted.length === 0) return [0, 1]
  const [low, high] = [sorted[0]!, sorted.at(-1)!]
  const [first, third] = [quantileSorted(sorted, 0.25)!, quantileSorted(sorted, 0.75)!]
  const reach = fence * Math.max(third - first, 1e-9)
  return maximizes ? [Math.max(low, first - reach), high] : [low, Math.min(high, third + reach)]
}

function scaleOf({ scale, range, values }: SweepParameter): AxisScale {
  if (scale === 'categorical') return categoricalScale(values ?? [])
  if (scale === 'logarithmic' && range !== null && range[0] > 0) return logarithmicScale(range)
  return linearScale(range ?? [0, 1])
}

/** Datasets and models are parameters too, wherever the space does not name them. */
function furtherParameters({ parameters, trials }: SweepPoints): { parameter: SweepParameter; valueOf: (trial: SweepPoint) => JsonValue }[] {
  return (['dataset', 'model'] as const).flatMap((name) => {
    const values = [...new Set(trials.map((trial) => trial[name]))].toSorted()
    if (values.length < 2 || parameters.some((parameter) => parameter.name === name)) return []
    return [{ parameter: { name, scale: 'categorical' as const, range: null, values }, valueOf: (trial: SweepPoint) => trial[name] }]
  })
}

export function sweepColumns(points: SweepPoints): SweepColumns {
  const { parameters, objective, trials } = points
  const maximizes = objective.goal === 'maximize'
  const further = furtherParameters(points)
  const labels = parameterLabels([...further.map(({ parameter }) => parameter.name), ...parameters.map(({ name }) => name)])
  const axis = (parameter: SweepParameter, valueOf: (trial: SweepPoint) => JsonValue | null): PlotAxis => {
    const scale = scaleOf(parameter)
    return { name: parameter.name, label: labels.get(parameter.name)!, scale, places: Float32Array.from(trials, (trial) => scale.placeOf(valueOf(trial))) }
  }
  const scale = objectiveScale(objective.metric, trials.flatMap(({ objective: value }) => (value !== null && Number.isFinite(value) ? [value] : [])), maximizes)
  const places = Float32Array.from(trials, ({ objective: value }) => (value === null ? NaN : Math.min(1, Math.max(0, scale.placeOf(value)))))
  const quality = maximizes ? places : places.map((place) => 1 - place)
  const known = (index: number) => (Number.isNaN(quality[index]!) ? -1 : quality[index]!)
  const order = Uint32Array.from(trials, (_, index) => index).toSorted((a, b) => known(b) - known(a))
  return {
    trials,
    axes: [...further.map(({ parameter, valueOf }) => axis(parameter, valueOf)), ...parameters.map((parameter, index) => axis(parameter, ({ values }) => values[index] ?? null))],
    objective: { name: 'objective', label: objectiveName(objective.metric), scale, places },
    metric: objective.metric,
    maximizes,
    quality,
    rank: ranks(order, quality),
    order,
    spread: spreadEvenly(order),
  }
}

function ranks(order: Uint32Array, quality: Float32Array): Float32Array {
  const rank = new Float32Array(order.length).fill(NaN)
  const ranked = order.filter((trial) => !Number.isNaN(quality[trial]!))
  // Equal ones have the rank of the first of them.
  for (const [place, trial] of ranked.entries()) rank[trial] = place > 0 && quality[trial] === quality[ranked[place - 1]!] ? rank[ranked[place - 1]!]! : ranked.length === 1 ? 1 : 1 - place / (ranked.length - 1)
  return rank
}
