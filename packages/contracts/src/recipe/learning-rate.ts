import type { Schedule } from './schedule.ts'

export interface ScheduleSpan {
  /** Of the optimizer. */
  readonly learningRate: number
  readonly stepsPerEpoch: number
  readonly epochs: number
}

/**
 * The learning rate at each step of a phase, by Keras 3's formulas: ExponentialDecay (`step` is its staircase), CosineDecay with
 * its linear warm-up, ReduceLROnPlateau on the validation loss. `validationLosses`: of the epochs so far; only `reduce-on-plateau`
 * looks at them, and its rate holds for the epoch after them. Training and the curves of the dashboard share it.
 */
export function rateOfStep(schedule: Schedule | undefined, { learningRate, stepsPerEpoch, epochs }: ScheduleSpan, validationLosses: readonly number[]): (step: number) => number {
  switch (schedule?.kind) {
    case undefined:
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
      const reduced = plateauRate(schedule, learningRate, validationLosses)
      return () => reduced
    }
  }
}

function plateauRate(schedule: Extract<Schedule, { kind: 'reduce-on-plateau' }>, learningRate: number, validationLosses: readonly number[]): number {
  let [rate, best, waited, cooldown] = [learningRate, Infinity, 0, 0]
  for (const loss of validationLosses) {
    if (cooldown > 0) {
      cooldown -= 1
      waited = 0
    }
    if (loss < best - schedule.minimumDelta) {
      best = loss
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
