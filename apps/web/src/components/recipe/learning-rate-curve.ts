import { rateOfStep } from '@graft/contracts/recipe/learning-rate'
import type { Schedule } from '@graft/contracts/recipe/schedule'

export interface LearningRateCurve {
  /** Epochs that have passed, 0 at the start of the phase. */
  epochs: number[]
  rates: number[]
}

export interface CurvedPhase {
  learningRate: number
  schedule: Schedule | undefined
  /** As the recipe plans them: what a cosine falls over. */
  epochs: number
  /** So many of them are drawn: fewer where the phase ended early. */
  drawn: number
  /** Validation losses of its epochs so far. Where there are none the loss is taken not to fall, so that a plateau shows how far down the rate may go. */
  validationLosses: readonly number[]
}

const mostPoints = 400

/** The learning rate over a phase, several points an epoch, by the formula that trains. */
export function learningRateCurve({ learningRate, schedule, epochs, drawn, validationLosses }: CurvedPhase): LearningRateCurve {
  const stepsPerEpoch = Math.max(2, Math.min(32, Math.floor(mostPoints / drawn)))
  const span = { learningRate, stepsPerEpoch, epochs }
  const curve: LearningRateCurve = { epochs: [], rates: [] }
  for (let epoch = 0; epoch < drawn; epoch += 1) {
    const losses = Array.from({ length: epoch }, (_, before) => validationLosses[before] ?? validationLosses.at(-1) ?? 1)
    const rate = rateOfStep(schedule, span, losses)
    for (let step = 0; step < stepsPerEpoch; step += 1) {
      curve.epochs.push(epoch + step / stepsPerEpoch)
      curve.rates.push(rate(epoch * stepsPerEpoch + step))
    }
  }
  curve.epochs.push(drawn)
  curve.rates.push(curve.rates.at(-1)!)
  return curve
}
