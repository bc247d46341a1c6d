import { inputLayerShape } from '../compiler/samples-graph.ts'
import { samplesAtOnce } from '../network/activation-size.ts'
import type { Network } from '../network/description.ts'
import { maskInputs } from '../network/mask-inputs.ts'
import { multiplyAdds } from '../network/multiply-adds.ts'
import type { Random } from '@graft/statistics/random'
import type { RuntimeTensor } from '../runtime/runtime-tensor.ts'
import type { TrainingRun, TrainingSession } from '../runtime/runtime.ts'
import { dropoutMasks } from './dropout-masks.ts'
import { sampleTensor, type LabelledSamples } from './labelled-samples.ts'

/** Samples that are made or read as they are needed: whole batches, but for the last. */
export type SampleChunks<Labels> = AsyncIterable<{ readonly samples: RuntimeTensor; readonly labels: Labels }>

export interface EpochScore {
  readonly loss: number
  readonly accuracy: number
}

export interface EpochOptions {
  readonly session: TrainingSession
  readonly network: Network
  readonly train: LabelledSamples
  /** Instead of the samples of `train`: those of an epoch in the order given. */
  readonly source?: ((epoch: number, order: Int32Array) => SampleChunks<Int32Array | Float32Array>) | undefined
  readonly batchSize: number
  readonly random: Random
  /** 1-based. */
  readonly epoch: number
  readonly learningRates: Float32Array
  readonly stepsBefore: number
  readonly signal?: AbortSignal | undefined
}

/** A run keeps the calling thread busy: vectors pass in whole epochs, images a few seconds at a time. Neither changes a result. */
const samplesPerRun = { vectors: 4096, images: 256 }
/** Of a forward pass; a training step takes about three times as many. Some seconds on two cores. */
const multiplyAddsPerRun = 2e11

/** Trains one epoch over the samples in a seeded order. */
export async function trainEpoch(options: EpochOptions): Promise<EpochScore & { isFinite: boolean }> {
  const { session, train, batchSize, signal } = options
  const count = train.labels.length
  const order = options.random.fork(`order/${options.epoch}`).shuffle(Int32Array.from({ length: count }, (_, index) => index))
  const drawMasks = dropoutMasks(maskInputs(options.network), options.random, options.epoch)
  let [loss, correct, isFinite, first] = [0, 0, true, 0]
  for await (const part of options.source === undefined ? storedRuns(options, order) : chunkRuns(options.source(options.epoch, order))) {
    const size = part.order.length
    const steps = Math.ceil(size / batchSize)
    const step = first / batchSize
    const run: TrainingRun = { ...part, learningRates: options.learningRates.subarray(step, step + steps), stepsBefore: options.stepsBefore + step, masks: drawMasks(size) }
    const result = await session.train(run, signal)
    isFinite &&= result.isFinite
    for (let batch = 0; batch < steps; batch++) loss += result.losses[batch]! * Math.min(batchSize, size - batch * batchSize)
    correct += result.correct
    first += size
  }
  return { isFinite, loss: loss / count, accuracy: correct / count }
}

type RunPart = Pick<TrainingRun, 'samples' | 'labels' | 'order'>

function* storedRuns({ train, network, batchSize }: EpochOptions, order: Int32Array): Generator<RunPart> {
  const samples = sampleTensor(train.samples, inputLayerShape(network), 0, train.labels.length)
  const most = inputLayerShape(network).length === 3 ? Math.min(samplesPerRun.images, multiplyAddsPerRun / multiplyAdds(network)) : samplesPerRun.vectors
  const perRun = Math.max(1, Math.floor(most / batchSize)) * batchSize
  for (let first = 0; first < order.length; first += perRun) yield { samples, labels: train.labels, order: order.subarray(first, first + perRun) }
}

async function* chunkRuns(chunks: SampleChunks<Int32Array | Float32Array>): AsyncGenerator<RunPart> {
  for await (const { samples, labels } of chunks) yield { samples, labels, order: Int32Array.from({ length: samples.shape[0]! }, (_, index) => index) }
}

export interface EvaluationOptions {
  readonly session: TrainingSession
  readonly network: Network
  readonly validation: LabelledSamples
  /** Instead of the samples of `validation`, in their order. */
  readonly validationSource?: (() => SampleChunks<Int32Array>) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Mean loss and accuracy over the validation samples; NaN where there are none. */
export async function evaluateEpoch(options: EvaluationOptions): Promise<EpochScore> {
  const count = options.validation.labels.length
  let [loss, correct] = [0, 0]
  if (count === 0) return { loss: Number.NaN, accuracy: Number.NaN }
  for await (const { samples, labels } of options.validationSource?.() ?? storedChunks(options)) {
    const result = await options.session.evaluate(samples, labels, options.signal)
    for (const value of result.losses) loss += value
    for (const hit of result.correct) correct += hit
  }
  return { loss: loss / count, accuracy: correct / count }
}

function* storedChunks({ network, validation }: EvaluationOptions): Generator<{ samples: RuntimeTensor; labels: Int32Array }> {
  const { samples, labels } = validation
  const perRun = samplesAtOnce(network, samples instanceof Uint8Array ? samplesPerRun.images : samplesPerRun.vectors)
  for (let first = 0; first < labels.length; first += perRun) {
    const size = Math.min(perRun, labels.length - first)
    yield { samples: sampleTensor(samples, inputLayerShape(network), first, size), labels: labels.subarray(first, first + size) }
  }
}
