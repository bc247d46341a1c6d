import type { TrialSummary } from '@graft/contracts/trial'
import type { SweepPoint } from './sweep-points.ts'

/** A finished trial as the estimate reads it. */
export interface MeasuredTrial {
  versionId: string
  modelId: string
  imageCount: number
  /** Whether it was trained by the recipe that is asked about. */
  isOfRecipe?: boolean
  /** Epochs that it trained; absent: as many as those that are asked about. */
  epochs?: number
  summary: Pick<TrialSummary, 'timings' | 'features'>
}

export interface Cost {
  /** Of features that are not there yet, summed over workers. */
  extractionSeconds: number
  /** Of everything else, summed over workers. */
  trainingSeconds: number
  basis: 'measured' | 'assumed'
}

/** How a recipe trains, as far as its time goes. */
export interface TrainingLength {
  epochs: number
  /** Of those, epochs that go into the network. */
  fineTuningEpochs: number
}

// One small CPU worker, from the figures of the design: VGG16's 14.7 million parameters take 65 ms an image, MobileNetV2's 2.3 take 3;
// depth counts as well as parameters, so these are good to a factor of two or three only.
const assumedSecondsPerMillionParameters = 0.004
const assumedDecodeSeconds = 0.004
const assumedHeadSecondsPerImage = 0.003
const assumedScratchSecondsPerImage = 0.2
const assumedStartSeconds = 1
/** A training step through a whole network, as a multiple of its forward pass: gradients of activations and of weights cost one each. */
const assumedStepFactor = 3

/**
 * Seconds of work that the points take. A cell's first trial extracts features, the others reuse them. Taken from finished trials of
 * the same model where there are any (scaled by the number of images on other datasets, and by epochs), else assumed. Epochs of
 * fine-tuning that no trial of this recipe has measured are assumed to go through the whole network: at most that long.
 */
export function estimateCost(points: readonly SweepPoint[], measured: readonly MeasuredTrial[], length: TrainingLength): Cost {
  const cellsWithFeatures = new Set(measured.map(({ versionId, modelId }) => `${versionId} ${modelId}`))
  const total = { extractionSeconds: 0, trainingSeconds: 0 }
  let guesses = 0
  for (const point of points) {
    const cell = `${point.version.id} ${point.model.id}`
    const cost = costOf(point, measured, length)
    if (!cost.isMeasured) guesses += 1
    total.extractionSeconds += cellsWithFeatures.has(cell) ? 0 : cost.extraction
    total.trainingSeconds += assumedStartSeconds + cost.training
    cellsWithFeatures.add(cell)
  }
  return { ...total, basis: points.length > 0 && guesses === 0 ? 'measured' : 'assumed' }
}

/** Seconds from the launch to the end of so much work on so many workers. */
export const elapsedSeconds = (workSeconds: number, workers: number, trials: number): number => workSeconds / Math.max(1, Math.min(workers, trials))

function costOf({ version, model }: SweepPoint, measured: readonly MeasuredTrial[], { epochs, fineTuningEpochs }: TrainingLength): { extraction: number; training: number; isMeasured: boolean } {
  const ofModel = measured.filter(({ modelId }) => modelId === model.id)
  const ofCell = ofModel.filter(({ versionId }) => versionId === version.id)
  const known = ofCell.length > 0 ? ofCell : ofModel
  const images = version.imageCount
  const forward = extractionSecondsPerImage(known) ?? assumedDecodeSeconds + assumedSecondsPerMillionParameters * (model.parameters / 1e6)
  const extraction = model.pretrained ? images * forward : 0
  const tuning = model.pretrained && !known.some(({ isOfRecipe }) => isOfRecipe === true) ? fineTuningEpochs * images * forward * assumedStepFactor : 0
  if (known.length === 0) return { extraction, training: tuning + images * (model.pretrained ? assumedHeadSecondsPerImage : assumedScratchSecondsPerImage), isMeasured: false }
  const training = mean(known.map((trial) => (afterExtraction(trial, epochs) * images) / trial.imageCount))
  return { extraction, training: training + tuning, isMeasured: tuning === 0 }
}

/** What an extracted image costs; null where every feature came from the cache. */
function extractionSecondsPerImage(trials: readonly MeasuredTrial[]): number | null {
  const extracted = trials.filter(({ summary }) => summary.features.computed > 0)
  if (extracted.length === 0) return null
  return mean(extracted.map(({ summary: { timings, features } }) => (timings.decode + timings.extraction) / features.computed))
}

/** Early stopping makes a recipe's epochs an upper bound, so a trial of the same recipe is taken as it is. */
function afterExtraction({ summary: { timings }, epochs: trained, isOfRecipe }: MeasuredTrial, epochs: number): number {
  return timings.training * (isOfRecipe === true || trained === undefined ? 1 : epochs / trained) + timings.evaluation
}
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
