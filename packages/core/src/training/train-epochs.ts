import { GraftError } from '@graft/contracts/errors'
import type { Preprocessing } from '@graft/contracts/model'
import type { Phase } from '@graft/contracts/recipe'
import { inputLayerShape } from '../compiler/samples-graph.ts'
import { samplesAtOnce } from '../network/activation-size.ts'
import type { Network, NetworkWeights } from '../network/description.ts'
import { maskInputs } from '../network/mask-inputs.ts'
import { createRandom, type Random } from '../random/random.ts'
import type { Runtime, TrainingSession, TrainingState } from '../runtime/runtime.ts'
import { dropoutMasks } from './dropout-masks.ts'
import { isBetterEpoch, type EpochMetrics } from './epoch-metrics.ts'
import { sampleTensor, type LabelledSamples } from './labelled-samples.ts'

export interface TrainEpochsOptions {
  readonly runtime: Runtime
  readonly network: Network
  /** Weights before the first step. */
  readonly weights: NetworkWeights
  readonly train: LabelledSamples
  readonly validation: LabelledSamples
  /** Null: samples are float32 in the network's input shape. */
  readonly preprocessing: Preprocessing | null
  readonly phase: Phase
  /** Of the phase in its recipe: it names fields in errors, and each phase shuffles in its own way. Default 0. */
  readonly phaseIndex?: number | undefined
  /** Layers whose weights stay, and whether unfrozen batch normalization moves its statistics; see TrainingOptions. */
  readonly frozen?: ReadonlySet<string> | undefined
  readonly batchNormalization?: 'keep-statistics' | 'update-statistics' | undefined
  readonly microbatchSize?: number | undefined
  readonly seed: number
  /** Where an attempt before this one had come to; it goes on from there, or gives the result where the phase was through. */
  readonly resume?: PhaseProgress | null | undefined
  /** After every epoch, after `onEpoch`. */
  readonly onCheckpoint?: ((progress: () => Promise<PhaseProgress>) => Promise<void>) | undefined
  readonly onEpoch?: ((metrics: EpochMetrics) => void | Promise<void>) | undefined
  readonly signal?: AbortSignal | undefined
}

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

/** A run keeps the calling thread busy: vectors pass in whole epochs, images a second or so at a time. Neither changes a result. */
const samplesPerRun = { vectors: 4096, images: 256 }

/**
 * Trains a network for the phase's epochs and keeps the weights of the best one on validation; of the last one where there are
 * no validation samples (the validation metrics are NaN then). The same options give bit-identical weights on the same kind of processor with the same number of threads.
 * Throws `invalid_input` when the loss stops being a number, `aborted` between runs when the signal fires.
 */
export async function trainEpochs(options: TrainEpochsOptions): Promise<TrainedNetwork> {
  const { runtime, network, phase, preprocessing, signal } = options
  const { resume, frozen, batchNormalization, microbatchSize } = options
  if (resume?.state === null) return { network, weights: resume.best.weights, history: [...resume.history], bestEpoch: resume.best.epoch }
  const session = await runtime.openTraining(network, options.weights, { optimizer: phase.optimizer, batchSize: phase.batchSize, preprocessing, frozen, batchNormalization, microbatchSize }, signal)
  try {
    if (resume) await session.restore(resume.state)
    return await runEpochs(options, session)
  } finally {
    await session.dispose()
  }
}

async function runEpochs(options: TrainEpochsOptions, session: TrainingSession): Promise<TrainedNetwork> {
  const { network, phase } = options
  // The first phase draws as trials did when there was only one.
  const random = options.phaseIndex ? createRandom(options.seed).fork(`phase/${options.phaseIndex}`) : createRandom(options.seed)
  const hasValidation = options.validation.labels.length > 0
  const stepsPerEpoch = Math.ceil(options.train.labels.length / phase.batchSize)
  const history: EpochMetrics[] = [...(options.resume?.history ?? [])]
  let best: { weights: NetworkWeights; metrics: EpochMetrics } | null = options.resume ? { weights: options.resume.best.weights, metrics: history[options.resume.best.epoch - 1]! } : null
  for (let epoch = history.length + 1; epoch <= phase.epochs; epoch++) {
    const began = performance.now()
    const trained = await trainEpoch(options, session, { random, epoch, stepsBefore: (epoch - 1) * stepsPerEpoch })
    if (!Number.isFinite(trained.loss) || !trained.isFinite) throw divergence(epoch, options)
    const validation = await evaluate(options, session)
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
    const isKept = hasValidation ? best === null || isBetterEpoch(metrics, best.metrics) : epoch === phase.epochs
    if (isKept) best = { weights: await session.weights(), metrics }
    await options.onEpoch?.(metrics)
    await options.onCheckpoint?.(async () => ({ history: [...history], best: best === null ? { epoch, weights: await session.weights() } : { epoch: best.metrics.epoch, weights: best.weights }, state: await session.state() }))
  }
  if (best === null) throw new GraftError('invalid_input', 'A phase needs at least one epoch.', { field: `phases.${options.phaseIndex ?? 0}.epochs` })
  return { network, weights: best.weights, history, bestEpoch: best.metrics.epoch }
}

interface Score {
  readonly loss: number
  readonly accuracy: number
}

async function trainEpoch(options: TrainEpochsOptions, session: TrainingSession, at: { random: Random; epoch: number; stepsBefore: number }): Promise<Score & { isFinite: boolean }> {
  const { train, network, phase } = options
  const count = train.labels.length
  const { batchSize } = phase
  const order = at.random.fork(`order/${at.epoch}`).shuffle(Int32Array.from({ length: count }, (_, index) => index))
  const drawMasks = dropoutMasks(maskInputs(network), at.random, at.epoch)
  const samples = sampleTensor(train.samples, inputLayerShape(network), 0, count)
  const perRun = Math.max(1, Math.floor((train.samples instanceof Uint8Array ? samplesPerRun.images : samplesPerRun.vectors) / batchSize)) * batchSize

  let [loss, correct, isFinite] = [0, 0, true]
  for (let first = 0; first < count; first += perRun) {
    const chosen = order.subarray(first, first + perRun)
    const steps = Math.ceil(chosen.length / batchSize)
    const learningRates = new Float32Array(steps).fill(phase.optimizer.learningRate)
    const run = { samples, labels: train.labels, order: chosen, learningRates, stepsBefore: at.stepsBefore + first / batchSize, masks: drawMasks(chosen.length) }
    const result = await session.train(run, options.signal)
    isFinite &&= result.isFinite
    for (let step = 0; step < steps; step++) loss += result.losses[step]! * Math.min(batchSize, chosen.length - step * batchSize)
    correct += result.correct
  }
  return { isFinite, loss: loss / count, accuracy: correct / count }
}

async function evaluate({ network, signal, validation }: TrainEpochsOptions, session: TrainingSession): Promise<Score> {
  const count = validation.labels.length
  const perRun = samplesAtOnce(network, validation.samples instanceof Uint8Array ? samplesPerRun.images : samplesPerRun.vectors)
  let [loss, correct] = [0, 0]
  for (let first = 0; first < count; first += perRun) {
    const size = Math.min(perRun, count - first)
    const result = await session.evaluate(sampleTensor(validation.samples, inputLayerShape(network), first, size), validation.labels.subarray(first, first + size), signal)
    for (const value of result.losses) loss += value
    for (const hit of result.correct) correct += hit
  }
  return { loss: loss / count, accuracy: correct / count }
}

function divergence(epoch: number, { phase, phaseIndex = 0 }: TrainEpochsOptions): GraftError {
  return new GraftError('invalid_input', `Training diverged: in epoch ${epoch} the loss or a weight is no longer a finite number.`, {
    hint: `Lower the learning rate (it is ${phase.optimizer.learningRate}).`,
    field: `phases.${phaseIndex}.optimizer.learningRate`,
    details: { epoch },
  })
}
