import type { SweepColumns } from './sweep-columns.ts'

/** The trials on the Pareto front of objective and time, quickest first: no other is at least as good in both and better in one. */
export function paretoTrials({ trials, quality }: SweepColumns, inside: Uint8Array): number[] {
  const timed = trials.flatMap(({ seconds, objective }, trial) => (inside[trial] === 1 && seconds !== null && objective !== null && !Number.isNaN(quality[trial]!) ? [{ trial, seconds }] : []))
  timed.sort((a, b) => a.seconds - b.seconds || quality[b.trial]! - quality[a.trial]!)
  const front: number[] = []
  let best = -Infinity
  for (const { trial } of timed) {
    if (quality[trial]! <= best) continue
    best = quality[trial]!
    front.push(trial)
  }
  return front
}
