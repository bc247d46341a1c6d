/** What one epoch came to. */
export interface EpochMetrics {
  /** 1-based. */
  readonly epoch: number
  /** Mean over the epoch's samples of the loss before each batch's update, with dropout: what Keras's fit reports. */
  readonly trainLoss: number
  /** Fraction of the epoch's samples that were classified rightly before their batch's update. */
  readonly trainAccuracy: number
  /** Over the validation samples, with the weights at the end of the epoch and without dropout; NaN where there are none. */
  readonly validationLoss: number
  readonly validationAccuracy: number
  /** Training and validation together. */
  readonly seconds: number
}

/** Whether an epoch's weights are to be kept rather than those of `other`: higher validation accuracy, then lower loss; of equals the earlier. */
export function isBetterEpoch(candidate: EpochMetrics, other: EpochMetrics): boolean {
  if (candidate.validationAccuracy !== other.validationAccuracy) return candidate.validationAccuracy > other.validationAccuracy
  return candidate.validationLoss < other.validationLoss
}
