import { rateOfStep, type ScheduleSpan } from '@graft/contracts/recipe/learning-rate'
import type { Schedule } from '@graft/contracts/recipe/schedule'
import type { EpochMetrics } from './epoch-metrics.ts'

/** The learning rate of each step of the epoch after `history`: a function of the history alone, so that a training that is resumed goes on with the same rates. */
export function learningRates(schedule: Schedule | undefined, span: ScheduleSpan, history: readonly EpochMetrics[]): Float32Array {
  const first = history.length * span.stepsPerEpoch
  const rate = rateOfStep(schedule, span, history.map(({ validationLoss }) => validationLoss))
  return Float32Array.from({ length: span.stepsPerEpoch }, (_, step) => rate(first + step))
}
