import type { EarlyStopping } from '@graft/contracts/recipe/schedule'
import type { EpochMetrics } from './epoch-metrics.ts'

/** Whether training ends after these epochs: Keras 3's EarlyStopping. The first epoch is always an improvement. */
export function stopsEarly({ monitor, patience, minimumDelta }: EarlyStopping, history: readonly EpochMetrics[]): boolean {
  let [best, waited] = [Infinity, 0]
  for (const { validationLoss, validationAccuracy } of history) {
    const value = monitor === 'validation/loss' ? validationLoss : -validationAccuracy
    waited += 1
    if (value + minimumDelta < best) [best, waited] = [value, 0]
    else if (waited >= patience) return true
  }
  return false
}
