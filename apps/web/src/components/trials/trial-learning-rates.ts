import type { Recipe } from '@graft/contracts/recipe'
import { learningRateCurve, type LearningRateCurve } from '../recipe/learning-rate-curve.ts'
import type { Curves } from './curve-points.ts'
import type { PhaseSpan } from './phase-spans.ts'

/** The learning rate over the whole trial, phase after phase: where one ends and the next begins there are two rates. */
export function trialLearningRates(recipe: Recipe, spans: readonly PhaseSpan[], { steps, values }: Curves): LearningRateCurve {
  const losses = values['validation/loss'] ?? []
  const whole: LearningRateCurve = { epochs: [], rates: [] }
  for (const [index, { from, to }] of spans.entries()) {
    const phase = recipe.phases[index]
    if (phase === undefined) break
    const validationLosses = steps.flatMap((step, place) => (step >= from && step <= to && losses[place] != null ? [losses[place]] : []))
    const { epochs, rates } = learningRateCurve({ learningRate: phase.optimizer.learningRate, schedule: phase.schedule, epochs: phase.epochs, drawn: to - from + 1, validationLosses })
    whole.epochs.push(...epochs.map((epoch) => epoch + from - 1))
    whole.rates.push(...rates)
  }
  return whole
}
