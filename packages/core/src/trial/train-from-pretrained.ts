import type { PhaseSummary } from '@graft/contracts/trial'
import { countParameters } from '../network/parameters.ts'
import { isBetterEpoch, type EpochMetrics } from '../training/epoch-metrics.ts'
import type { PhaseProgress } from '../training/train-epochs.ts'
import { latestCheckpoint, trialKey } from './checkpoint.ts'
import { createCheckpointWriter } from './checkpoint-writer.ts'
import { fineTune } from './fine-tune.ts'
import type { Parts } from './parts.ts'
import type { PhaseOptions } from './phase-options.ts'
import type { PhaseOutcome } from './phase-outcome.ts'
import { trainOnFeatures } from './train-on-features.ts'
import type { TrainingOutcome } from './training-outcome.ts'
import type { TrialOptions } from './trial-options.ts'
import { buildTrunk, loadTrunk, requireWeightFile } from './trunk.ts'
import { addedReuse } from './view-source.ts'

/**
 * The phases of a pretrained model, each from the best weights of the one before. Kept and scored is the best epoch of all phases on
 * validation (of equals the earlier one); without validation images the last phase's last epoch.
 */
export async function trainFromPretrained(options: TrialOptions, parts: Parts, onEpoch: (metrics: EpochMetrics) => Promise<void>): Promise<TrainingOutcome> {
  const { model, recipe, signal } = options
  const weightFile = requireWeightFile(model, options.weightFile)
  let trunk: ReturnType<typeof loadTrunk> | null = null
  const outcomes: PhaseOutcome[] = []
  const resumed = await latestCheckpoint(options.checkpoints, trialKey(options), signal)
  const writer = createCheckpointWriter(options)
  let epochsBefore = 0
  for (const [index, phase] of recipe.phases.entries()) {
    const offset = epochsBefore
    const resume = resumed[index] ?? null
    const at = {
      options: index === 0 ? options : whileTraining(options, offset),
      phase,
      index,
      weightFile,
      loadTrunk: () => (trunk ??= loadTrunk(model, weightFile, model.featureLayer, signal)),
      before: outcomes.at(-1) ?? null,
      onEpoch: (metrics: EpochMetrics) => onEpoch({ ...metrics, epoch: offset + metrics.epoch }),
      resume,
      onCheckpoint: (progress: () => Promise<PhaseProgress>) => writer.epoch(progress),
    }
    // Told again: the attempt before may have been lost with its last metrics.
    for (const metrics of resume?.history ?? []) await at.onEpoch(metrics)
    const outcome = phase.kind === 'fine-tuning' ? await fineTune(at as PhaseOptions<'fine-tuning'>, parts) : await trainOnFeatures(at, parts)
    outcomes.push(outcome)
    writer.through({ history: outcome.history, best: { epoch: outcome.bestEpoch, weights: outcome.bestWeights }, state: null })
    epochsBefore += outcome.history.length
  }
  const best = bestPhase(outcomes, parts.validation.length > 0)
  const began = performance.now()
  options.onProgress?.({ stage: 'scoring', fraction: null, message: `${parts.validation.length + parts.test.length} images` })
  const probabilities = await best.probabilities()
  const phases = phaseSummaries(outcomes)
  const total = (what: 'decode' | 'extraction' | 'training'): number => outcomes.reduce((sum, { seconds }) => sum + seconds[what], 0)
  const head = countParameters({ ...best.trained.network }).total
  return {
    trained: best.trained,
    history: outcomes.flatMap(({ history }) => history),
    bestEpoch: phases[outcomes.indexOf(best)]!.bestEpoch,
    phases,
    probabilities,
    parameters: { total: best.trained.part === 'head' ? countParameters(buildTrunk(model, weightFile.info, model.featureLayer)).total + head : countParameters((await best.whole()).network).total, trainable: best.trainable },
    seconds: { decode: total('decode'), extraction: total('extraction'), training: total('training'), evaluation: (performance.now() - began) / 1000 },
    features: addedReuse(outcomes.map(({ features }) => features)),
  }
}

/** What a later phase prepares is told as part of the training, so that the progress never falls back. */
function whileTraining(options: TrialOptions, epochsBefore: number): TrialOptions {
  const epochs = options.recipe.phases.reduce((sum, phase) => sum + phase.epochs, 0)
  return { ...options, onProgress: ({ stage, message }) => options.onProgress?.({ stage: 'training', fraction: epochsBefore / epochs, message: `${stage}, ${message}` }) }
}

const bestEpochOf = ({ history, bestEpoch }: PhaseOutcome): EpochMetrics => history[bestEpoch - 1]!

function bestPhase(outcomes: readonly PhaseOutcome[], hasValidation: boolean): PhaseOutcome {
  if (!hasValidation) return outcomes.at(-1)!
  return outcomes.reduce((best, candidate) => (isBetterEpoch(bestEpochOf(candidate), bestEpochOf(best)) ? candidate : best))
}

function phaseSummaries(outcomes: readonly PhaseOutcome[]): PhaseSummary[] {
  let epochsBefore = 0
  return outcomes.map((outcome) => {
    const { kind, history, bestEpoch, seconds, plan, views } = outcome
    const { validationAccuracy, validationLoss } = bestEpochOf(outcome)
    const summary: PhaseSummary = {
      kind,
      epochs: history.length,
      bestEpoch: epochsBefore + bestEpoch,
      validationAccuracy: Number.isFinite(validationAccuracy) ? validationAccuracy : null,
      validationLoss: Number.isFinite(validationLoss) ? validationLoss : null,
      seconds: seconds.extraction + seconds.training,
      ...(plan !== undefined && { plan }),
      ...(views && { views }),
    }
    epochsBefore += history.length
    return summary
  })
}
