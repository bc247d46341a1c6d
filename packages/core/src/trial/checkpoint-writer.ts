import type { PhaseProgress } from '../training/train-epochs.ts'
import { trialKey, writeCheckpoint } from './checkpoint.ts'
import type { TrialOptions } from './trial-options.ts'

/** Epochs of a head take a tenth of a second; a checkpoint for each would take longer than what it saves. */
const defaultSeconds = 5

export interface CheckpointWriter {
  /** After an epoch of the phase under way: written unless the one before is fresh. Throws the reason of `stopAtCheckpoint` once that has fired. */
  epoch(progress: () => Promise<PhaseProgress>): Promise<void>
  /** A phase is through. */
  through(progress: PhaseProgress): void
}

/** Writes where the trial stands into its store, if it has one; `before` are the phases that were through already. */
export function createCheckpointWriter(options: TrialOptions): CheckpointWriter {
  const key = trialKey(options)
  const phases: PhaseProgress[] = []
  const every = (options.checkpointSeconds ?? defaultSeconds) * 1000
  let last = performance.now()
  return {
    async epoch(progress) {
      const isDue = options.stopAtCheckpoint?.aborted === true || performance.now() - last >= every
      if (options.checkpoints !== undefined && isDue) {
        await options.checkpoints.write(writeCheckpoint(key, [...phases, await progress()]), options.signal)
        last = performance.now()
      }
      options.stopAtCheckpoint?.throwIfAborted()
    },
    through: (progress) => void phases.push({ ...progress, state: null }),
  }
}
