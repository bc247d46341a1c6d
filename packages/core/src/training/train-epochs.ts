import { GraftError } from '@graft/contracts/errors'
import type { Preprocessing } from '@graft/contracts/model'
import type { Phase } from '@graft/contracts/recipe'
import { compileEvaluation } from '../compiler/evaluation.ts'
import { inputLayerShape } from '../compiler/samples-graph.ts'
import { compileTraining, type TrainingProgram } from '../compiler/training-loop.ts'
import { countingBlocks, initialState, weightsOfState, type State } from '../compiler/trainable-state.ts'
import { samplesAtOnce } from '../network/activation-size.ts'
import type { Network, NetworkWeights } from '../network/description.ts'
import { createRandom, type Random } from '../random/random.ts'
import type { Runtime, RuntimeTensor, Session } from '../runtime/runtime.ts'
import { dropoutMasks } from './dropout-masks.ts'
import { isBetterEpoch, type EpochMetrics } from './epoch-metrics.ts'
import { labelTensor, sampleTensor, type LabelledSamples } from './labelled-samples.ts'

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
  readonly seed: number
  readonly onEpoch?: ((metrics: EpochMetrics) => void | Promise<void>) | undefined
  readonly signal?: AbortSignal | undefined
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
  const program = compileTraining(network, { optimizer: phase.optimizer, batchSize: phase.batchSize, preprocessing })
  const training = await runtime.createSession(program.model, signal)
  const evaluation = await runtime.createSession(compileEvaluation(network, program.trainable, preprocessing), signal)
  try {
    return await runEpochs(options, program, training, evaluation)
  } finally {
    await Promise.all([training.dispose(), evaluation.dispose()])
  }
}

async function runEpochs(options: TrainEpochsOptions, program: TrainingProgram, training: Session, evaluation: Session): Promise<TrainedNetwork> {
  const { network, phase } = options
  const random = createRandom(options.seed)
  const hasValidation = options.validation.labels.length > 0
  const stepsPerEpoch = Math.ceil(options.train.labels.length / phase.batchSize)
  const history: EpochMetrics[] = []
  let state = initialState(program.trainable, options.weights)
  let best: { state: State; metrics: EpochMetrics } | null = null
  for (let epoch = 1; epoch <= phase.epochs; epoch++) {
    const began = performance.now()
    const trained = await trainEpoch(options, program, training, { state, random, epoch, stepsBefore: (epoch - 1) * stepsPerEpoch })
    if (!Number.isFinite(trained.loss) || !trained.isFinite) throw divergence(epoch, phase)
    state = trained.state
    const validation = await evaluate(options, evaluation, state, program)
    if (hasValidation && !Number.isFinite(validation.loss)) throw divergence(epoch, phase)
    const metrics: EpochMetrics = {
      epoch,
      trainLoss: trained.loss,
      trainAccuracy: trained.accuracy,
      validationLoss: validation.loss,
      validationAccuracy: validation.accuracy,
      seconds: (performance.now() - began) / 1000,
    }
    history.push(metrics)
    if (best === null || !hasValidation || isBetterEpoch(metrics, best.metrics)) best = { state, metrics }
    await options.onEpoch?.(metrics)
  }
  if (best === null) throw new GraftError('invalid_input', 'A phase needs at least one epoch.', { field: 'phases.0.epochs' })
  return { network, weights: weightsOfState(program.trainable, countingBlocks(program.trainable, best.state)), history, bestEpoch: best.metrics.epoch }
}

interface Score {
  readonly loss: number
  readonly accuracy: number
}

async function trainEpoch(
  options: TrainEpochsOptions,
  program: TrainingProgram,
  session: Session,
  at: { state: State; random: Random; epoch: number; stepsBefore: number },
): Promise<Score & { state: State; isFinite: boolean }> {
  const { train, network, phase } = options
  const count = train.labels.length
  const { batchSize } = phase
  const order = at.random.fork(`order/${at.epoch}`).shuffle(Int32Array.from({ length: count }, (_, index) => index))
  const drawMasks = dropoutMasks(program.masks, at.random, at.epoch)
  const samples = sampleTensor(train.samples, inputLayerShape(network), 0, count)
  const labels = labelTensor(train.labels)
  const perRun = Math.max(1, Math.floor((train.samples instanceof Uint8Array ? samplesPerRun.images : samplesPerRun.vectors) / batchSize)) * batchSize

  let { state } = at
  let [loss, correct, isFinite] = [0, 0, true]
  for (let first = 0; first < count; first += perRun) {
    const chosen = order.subarray(first, first + perRun)
    const steps = Math.ceil(chosen.length / batchSize)
    const outputs = await session.run(
      {
        samples,
        labels,
        order: labelTensor(chosen),
        steps: integer(steps),
        learning_rate: { type: 'float32', shape: [], data: Float32Array.of(phase.optimizer.learningRate) },
        steps_before: integer(at.stepsBefore + first / batchSize),
        ...drawMasks(chosen.length),
        ...state,
      },
      options.signal,
    )
    state = nextState(state, outputs)
    isFinite &&= Number.isFinite(outputs['checksum']!.data[0])
    const losses = outputs['losses']!.data as Float32Array
    for (let step = 0; step < steps; step++) loss += losses[step]! * Math.min(batchSize, chosen.length - step * batchSize)
    for (const hits of outputs['correct']!.data as BigInt64Array) correct += Number(hits)
  }
  return { state, isFinite, loss: loss / count, accuracy: correct / count }
}

async function evaluate(options: TrainEpochsOptions, session: Session, state: State, program: TrainingProgram): Promise<Score> {
  const { validation, network } = options
  const count = validation.labels.length
  const perRun = samplesAtOnce(network, validation.samples instanceof Uint8Array ? samplesPerRun.images : samplesPerRun.vectors)
  const weights = countingBlocks(program.trainable, state)
  let [loss, correct] = [0, 0]
  for (let first = 0; first < count; first += perRun) {
    const size = Math.min(perRun, count - first)
    const samples = sampleTensor(validation.samples, inputLayerShape(network), first, size)
    const outputs = await session.run({ samples, labels: labelTensor(validation.labels.subarray(first, first + size)), ...weights }, options.signal)
    for (const value of outputs['losses']!.data as Float32Array) loss += value
    for (const hit of outputs['correct']!.data as Uint8Array) correct += hit
  }
  return { loss: loss / count, accuracy: correct / count }
}

function nextState(state: State, outputs: Readonly<Record<string, RuntimeTensor>>): State {
  return Object.fromEntries(Object.keys(state).map((name) => [name, outputs[`${name}/next`] as State[string]]))
}

function integer(value: number): RuntimeTensor {
  return { type: 'int64', shape: [], data: BigInt64Array.of(BigInt(value)) }
}

function divergence(epoch: number, phase: Phase): GraftError {
  return new GraftError('invalid_input', `Training diverged: in epoch ${epoch} the loss or a weight is no longer a finite number.`, {
    hint: `Lower the learning rate (it is ${phase.optimizer.learningRate}).`,
    field: 'phases.0.optimizer.learningRate',
    details: { epoch },
  })
}
