import type { MetricName, MetricPoint } from '@graft/contracts/trial'

export interface Curves {
  /** Epochs, ascending. */
  steps: number[]
  /** One value (or nothing) a step, by metric. */
  values: Partial<Record<MetricName, (number | null)[]>>
}

/** Points in any order, perhaps twice (a stream that began again), as columns for a plot. The last value of a step wins; what is not finite leaves a gap. */
export function curvesOf(points: readonly MetricPoint[]): Curves {
  const steps = [...new Set(points.map(({ step }) => step))].toSorted((a, b) => a - b)
  const places = new Map(steps.map((step, place) => [step, place]))
  const values: Curves['values'] = {}
  for (const { step, name, value } of points) {
    const column = (values[name] ??= Array.from({ length: steps.length }, () => null))
    column[places.get(step)!] = Number.isFinite(value) ? value : null
  }
  return { steps, values }
}

/** Two lists of points as one: the newer value of each (step, name) wins. */
export function mergePoints(known: readonly MetricPoint[], fresh: readonly MetricPoint[]): MetricPoint[] {
  const merged = new Map<string, MetricPoint>()
  for (const point of [...known, ...fresh]) merged.set(`${point.step} ${point.name}`, point)
  return [...merged.values()]
}

/**
 * The epoch whose weights would be kept now: highest validation accuracy, then lowest validation loss, then earliest, as the
 * engine chooses. Undefined while no epoch is validated.
 */
export function bestStep({ steps, values }: Curves): number | undefined {
  const accuracy = values['validation/accuracy']
  const loss = values['validation/loss']
  let best: { step: number; accuracy: number; loss: number } | undefined
  for (const [place, step] of steps.entries()) {
    const here = { step, accuracy: accuracy?.[place] ?? null, loss: loss?.[place] ?? Number.POSITIVE_INFINITY }
    if (here.accuracy === null) continue
    if (best === undefined || here.accuracy > best.accuracy || (here.accuracy === best.accuracy && here.loss < best.loss)) best = { ...here, accuracy: here.accuracy }
  }
  return best?.step
}
