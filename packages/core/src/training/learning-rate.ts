import type { Schedule } from '@graft/contracts/recipe/schedule'
import type { EpochMetrics } from './epoch-metrics.ts'

export interface ScheduleSpan {
  /** Of the optimizer. */
  readonly learningRate: number
  readonly stepsPerEpoch: number
  readonly epochs: number
}

/**
 * The learning rate of each step of the epoch after `history`, by Keras 3's formulas: ExponentialDecay (`step` is its staircase),
 * CosineDecay with its linear warm-up, ReduceLROnPlateau on the validation loss. A function of the history alone, so that a
 * training that is resumed goes on with the same rates.
 */
export function learningRates(schedule: Schedule | undefined, span: ScheduleSpan, history: readonly EpochMetrics[]): Float32Array {
  const first = history.length * span.stepsPerEpoch
  const rate = rateOfStep(schedule ?? { kind: 'constant' }, span, history)
  return Float32Array.from({ length: span.stepsPerEpoch }, (_, step) => rate(first + step))
}

function rateOfStep(schedule: Schedule, { learningRate, stepsPerEpoch, epochs }: ScheduleSpan, history: readonly EpochMetrics[]): (step: number) => number {
  switch (schedule.kind) {
    case 'constant':
      return () => learningRate
    case 'step':
      // A step that begins a stretch belongs to it, also where `every` is a fraction that is not exact in binary.
      return (step) => learningRate * schedule.factor ** Math.floor(step / (schedule.every * stepsPerEpoch) + 1e-9)
    case 'exponential':
      return (step) => learningRate * schedule.rate ** (step / (schedule.every * stepsPerEpoch))
    case 'cosine': {
      const warmUp = Math.round(schedule.warmUp * stepsPerEpoch)
      const falling = Math.max(1, epochs * stepsPerEpoch - warmUp)
      const cosine = (step: number): number => 0.5 * (1 + Math.cos((Math.PI * Math.min(step - warmUp, falling)) / falling))
      return (step) => (step < warmUp ? (learningRate * step) / warmUp : learningRate * (schedule.final + (1 - schedule.final) * cosine(step)))
    }
    case 'reduce-on-plateau': {
      const reduced = plateauRate(schedule, learningRate, history)
      return () => reduced
    }
  }
}

function plateauRate(schedule: Extract<Schedule, { kind: 'reduce-on-plateau' }>, learningRate: number, history: readonly EpochMetrics[]): number {
  let [rate, best, waited, cooldown] = [learningRate, Infinity, 0, 0]
  for (const { validationLoss } of history) {
    if (cooldown > 0) {
      cooldown -= 1
      waited = 0
    }
    if (validationLoss < best - schedule.minimumDelta) {
      best = validationLoss
      waited = 0
    } else if (cooldown === 0) {
      waited += 1
      if (waited >= schedule.patience && rate > schedule.minimumLearningRate) {
        rate = Math.max(rate * schedule.factor, schedule.minimumLearningRate)
        cooldown = schedule.cooldown
        waited = 0
      }
    }
  }
  return rate
}
