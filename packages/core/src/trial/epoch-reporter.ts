import type { MetricPoint } from '@graft/contracts/trial'
import type { EpochMetrics } from '../training/epoch-metrics.ts'
import type { TrialOptions } from './trial-options.ts'

/** Passes each epoch on as metric points and progress; epochs count over all phases. */
export function createEpochReporter(options: TrialOptions): (metrics: EpochMetrics) => Promise<void> {
  const epochs = options.recipe.phases.reduce((sum, phase) => sum + phase.epochs, 0)
  return async (metrics) => {
    await options.onMetrics?.(metricPoints(metrics))
    options.onProgress?.({ stage: 'training', fraction: metrics.epoch / epochs, message: `epoch ${metrics.epoch} of ${epochs}` })
  }
}

/** Validation metrics are left out where there are no validation images. */
export function metricPoints(metrics: EpochMetrics): MetricPoint[] {
  const points: MetricPoint[] = [
    { step: metrics.epoch, name: 'train/loss', value: metrics.trainLoss },
    { step: metrics.epoch, name: 'train/accuracy', value: metrics.trainAccuracy },
    { step: metrics.epoch, name: 'validation/loss', value: metrics.validationLoss },
    { step: metrics.epoch, name: 'validation/accuracy', value: metrics.validationAccuracy },
    { step: metrics.epoch, name: 'epoch/seconds', value: metrics.seconds },
  ]
  return points.filter((point) => Number.isFinite(point.value))
}
