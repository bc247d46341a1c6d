import { GraftError } from '@graft/contracts/errors'
import type { Preprocessing } from '@graft/contracts/model'
import type { Phase } from '@graft/contracts/recipe'
import type { LossRecipe } from '@graft/contracts/recipe/loss'
import type { Network, NetworkWeights } from '../network/description.ts'
import { createRandom } from '@graft/statistics/random'
import type { Runtime, TrainingSession, TrainingState } from '../runtime/runtime.ts'
import { stopsEarly } from './early-stopping.ts'
import { isBetterEpoch, type EpochMetrics } from './epoch-metrics.ts'
import type { LabelledSamples } from './labelled-samples.ts'
import { learningRates } from './learning-rate.ts'
import { evaluateEpoch, trainEpoch, type EpochOptions, type EvaluationOptions } from './train-epoch.ts'

export interface TrainEpochsOptions {
  readonly runtime: Runtime
  readonly network: Network
  /** Weights before the first step. */
  readonly weights: NetworkWeights
  readonly train: LabelledSamples
  readonly validation: LabelledSamples
  /** Samples that are made for each epoch, instead of those of `train`, whose labels say how many there are. */
  readonly source?: EpochOptions['source']
  readonly validationSource?: EvaluationOptions['validationSource']
  /** The source's labels are distributions over the classes. */
  readonly softLabels?: boolean | undefined
  /** Null: samples are float32 in the network's input shape. */
  readonly preprocessing: Preprocessing | null
  readonly phase: Phase
  /** Of the phase in its recipe; default 0. Phases draw their orders and masks from streams of their own. */
  readonly phaseIndex?: number | undefined
  readonly seed: number
  readonly loss?: LossRecipe | undefined
  /** By class index. */
  readonly classWeights?: readonly number[] | undefined
  /** Layers whose weights stay. */
  readonly frozen?: ReadonlySet<string> | undefined
  readonly batchNormalization?: 'keep-statistics' | 'update-statistics' | undefined
  readonly microbatchSize?: number | undefined
  readonly onEpoch?: ((metrics: EpochMetrics) => void | Promise<void>) | undefined
  /** Where an attempt before this one had come to: this one goes on from there, bit by bit as without an interruption. */
  readonly resume?: PhaseProgress | null | undefined
  /** After every epoch, after `onEpoch`; what was asked for is what `resume` takes. */
  readonly onCheckpoint?: ((progress: () => Promise<PhaseProgress>) => Promise<void>) | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a training takes beside its network and samples; see `TrainEpochsOptions`. */
export type TrainingWishes = Pick<TrainEpochsOptions, 'runtime' | 'phase' | 'seed' | 'loss' | 'classWeights' | 'source' | 'softLabels' | 'microbatchSize' | 'onEpoch' | 'onCheckpoint' | 'resume' | 'signal'>

/** Where a phase stands after an epoch. Random states, schedules and early stopping follow from seed, epoch and history. */
export interface PhaseProgress {
  readonly history: readonly EpochMetrics[]
  readonly best: { readonly epoch: number; readonly weights: NetworkWeights }
  /** Of the training session after the last epoch; null once the phase is through. */
  readonly state: TrainingState | null
}

export interface TrainedNetwork {
  readonly network: Network
  /** Of the best epoch. */
  readonly weights: NetworkWeights
  readonly history: EpochMetrics[]
  /** 1-based. */
  readonly bestEpoch: number
}

/**
 * Trains a network for the phase's epochs, or until early stopping, and keeps the weights of the best one on validation; of the last
 * one where there are no validation samples (the validation metrics are NaN then). The same options give bit-identical weights on the
 * same kind of processor with the same number of threads.
 * Throws `diverged` when the loss stops being a number, `invalid_input` when the phase watches a validation that has no samples, `aborted`
 * between runs when the signal fires.
 */
export async function trainEpochs(options: TrainEpochsOptions): Promise<TrainedNetwork> {
  const { runtime, network, phase, preprocessing, loss, classWeights, softLabels, frozen, batchNormalization, microbatchSize, resume, signal } = options
  refuseUnwatchable(options)
  if (resume?.state === null) return { network, weights: resume.best.weights, history: [...resume.history], bestEpoch: resume.best.epoch }
  const { optimizer, batchSize } = phase
  const session = await runtime.openTraining(network, options.weights, { optimizer, batchSize, preprocessing, loss, classWeights, softLabels, frozen, batchNormalization, microbatchSize }, signal)
  try {
    if (resume) await session.restore(resume.state)
    return await runEpochs(options, session)
  } finally {
    await session.dispose()
  }
}

async function runEpochs(options: TrainEpochsOptions, session: TrainingSession): Promise<TrainedNetwork> {
  const { network, phase, resume, phaseIndex = 0 } = options
  const { batchSize, epochs } = phase
  const random = phaseIndex === 0 ? createRandom(options.seed) : createRandom(options.seed).fork(`phase/${phaseIndex}`)
  const hasValidation = options.validation.labels.length > 0
  const stepsPerEpoch = Math.ceil(options.train.labels.length / batchSize)
  const history: EpochMetrics[] = [...(resume?.history ?? [])]
  let best = resume?.best ?? null
  const isThrough = (): boolean => history.length >= epochs || (phase.earlyStopping !== undefined && stopsEarly(phase.earlyStopping, history))
  while (!isThrough()) {
    const began = performance.now()
    const epoch = history.length + 1
    const rates = learningRates(phase.schedule, { learningRate: phase.optimizer.learningRate, stepsPerEpoch, epochs }, history)
    const trained = await trainEpoch({ ...options, session, batchSize, random, epoch, learningRates: rates, stepsBefore: history.length * stepsPerEpoch })
    if (!Number.isFinite(trained.loss) || !trained.isFinite) throw divergence(epoch, options)
    const validation = await evaluateEpoch({ ...options, session })
    if (hasValidation && !Number.isFinite(validation.loss)) throw divergence(epoch, options)
    const metrics: EpochMetrics = {
      epoch,
      trainLoss: trained.loss,
      trainAccuracy: trained.accuracy,
      validationLoss: validation.loss,
      validationAccuracy: validation.accuracy,
      seconds: (performance.now() - began) / 1000,
    }
    history.push(metrics)
    const isBest = !hasValidation || best === null || isBetterEpoch(metrics, history[best.epoch - 1]!)
    // Without validation the last epoch is the best: its weights alone are worth copying.
    if (isBest && (hasValidation || isThrough())) best = { epoch, weights: await session.weights() }
    await options.onEpoch?.(metrics)
    await options.onCheckpoint?.(async () => ({ history: [...history], best: best ?? { epoch, weights: await session.weights() }, state: await session.state() }))
  }
  if (best === null) throw new GraftError('invalid_input', 'A phase needs at least one epoch.', { field: `phases.${phaseIndex}.epochs` })
  return { network, weights: best.weights, history, bestEpoch: best.epoch }
}

/** A schedule or early stopping that goes by the validation needs one. */
function refuseUnwatchable({ phase, phaseIndex = 0, validation }: TrainEpochsOptions): void {
  const watching = phase.earlyStopping ? 'earlyStopping' : phase.schedule?.kind === 'reduce-on-plateau' ? 'schedule' : null
  if (watching === null || validation.labels.length > 0) return
  throw new GraftError('invalid_input', `${watching === 'schedule' ? 'The schedule reduce-on-plateau' : 'Early stopping'} goes by the validation images, and there are none.`, {
    hint: 'Keep some images for validation, or choose another schedule and a fixed number of epochs.',
    field: `phases.${phaseIndex}.${watching}`,
  })
}

function divergence(epoch: number, { phase, phaseIndex = 0 }: TrainEpochsOptions): GraftError {
  return new GraftError('diverged', `Training diverged: in epoch ${epoch} the loss or a weight is no longer a finite number.`, {
    hint: `Lower the learning rate (it is ${phase.optimizer.learningRate}).`,
    field: `phases.${phaseIndex}.optimizer.learningRate`,
    details: { epoch },
  })
}
