import type { FeatureView } from '@graft/contracts/feature-store'
import type { OptimizerRecipe } from '@graft/contracts/recipe/optimizer'
import type { FeatureReuse } from '@graft/contracts/trial'
import { createOptimizer } from '../compiler/optimizers/create-optimizer.ts'
import { extractFeatures, type ExtractedFeatures } from '../features/extract.ts'
import { extractionMessage } from '../features/extraction-message.ts'
import { viewPixels } from '../features/view-pixels.ts'
import { freezeBoundary } from '../finetuning/boundary.ts'
import { cutBelow } from '../finetuning/cut.ts'
import { memoryAllowed, memoryHeld } from '../finetuning/memory-allowed.ts'
import { planFineTuning, type FineTuningPlan } from '../finetuning/plan.ts'
import { tailNetwork, weightedTail, weightsOf } from '../finetuning/tail-network.ts'
import { trunkSeconds } from '../finetuning/trunk-seconds.ts'
import { cutNetwork } from '../network/cut.ts'
import type { Network } from '../network/description.ts'
import { elementCount } from '../network/output-shape.ts'
import { layerShapes } from '../network/shapes.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'
import { joinNetworks, type WeightedNetwork } from '../prediction/join-networks.ts'
import { classWeightFactors } from '../training/class-weights.ts'
import { headNetwork } from '../training/head-network.ts'
import { predictProbabilities } from '../training/predict-probabilities.ts'
import { trainEpochs } from '../training/train-epochs.ts'
import { initializeWeights } from '../weights/initialize.ts'
import { allPixels } from './all-pixels.ts'
import { labelsOf, type Parts } from './parts.ts'
import { withPixelSource, type PixelSource } from './pixel-source.ts'
import type { PhaseOptions } from './phase-options.ts'
import type { PhaseOutcome } from './phase-outcome.ts'
import { rowsOf } from './rows-of.ts'
import type { TrainedWeights } from './trained-weights.ts'
import { scoreByViews } from './test-time.ts'
import { featureSpace } from './trunk.ts'

/**
 * A fine-tuning phase: the layers from the boundary up train together with the head, from the best weights of the phase before, or with
 * a head of seeded random weights where it is the first. Frozen layers run in inference mode. What lies below the cut is computed
 * once or in every epoch, as the planner says.
 */
export async function fineTune(at: PhaseOptions<'fine-tuning'>, parts: Parts): Promise<PhaseOutcome> {
  const { options, phase, index, weightFile, before } = at
  const { model, manifest, runtime, seed, signal } = options
  const trunk = await at.loadTrunk()
  const start = before === null ? await withNewHead(at, trunk) : await before.whole()
  const boundary = freezeBoundary(trunk.network, phase.unfreeze, `phases.${index}.unfreeze`)
  const lowestChanged = Math.min(boundary.index, before?.lowestChanged ?? Infinity)
  // Below what an earlier phase changed the pretrained layers are no longer what the cache was made with.
  const cut = cutBelow(trunk.network, lowestChanged).name
  const frozen = frozenLayers(start.network, trunk.network, boundary.index)
  const images = [...parts.train, ...parts.validation, ...parts.test]
  const plan = planFineTuning({
    trunk: trunk.network,
    boundary,
    cut,
    tail: tailNetwork(start.network, cut),
    whole: start.network,
    frozen,
    phase,
    slots: slotCount(phase.optimizer),
    images: images.length,
    trainingImages: parts.train.length,
    trunkSeconds: trunkSeconds(trunk.network, cut, before),
    augmented: options.recipe.augmentation !== undefined,
    memoryBudget: options.memoryBudget ?? memoryAllowed(),
    memoryBefore: memoryHeld(),
    largestCacheBytes: options.largestCacheBytes,
    microbatchLimit: options.microbatchLimit,
  })
  options.onPlan?.(plan)
  const input = await samplesOf(at, plan, cut, images)

  const began = performance.now()
  const samples = rowsOf(input.samples, elementCount(layerShapes(trunk.network).get(input.from)!), parts)
  const part = weightedTail(start, input.from)
  const { preprocessing } = input
  const labels = labelsOf(parts.train)
  const train = (source: PixelSource): ReturnType<typeof trainEpochs> =>
    trainEpochs({
      runtime,
      ...part,
      frozen: new Set([...frozen].filter((name) => part.weights.has(name))),
      batchNormalization: phase.batchNormalization,
      microbatchSize: plan.microbatchSize,
      loss: options.recipe.loss,
      classWeights: classWeightFactors(options.recipe.classWeights, manifest.classes, labels),
      train: { samples: samples.train, labels },
      validation: { samples: samples.validation, labels: labelsOf(parts.validation) },
      preprocessing,
      phase,
      phaseIndex: index,
      seed,
      onEpoch: at.onEpoch,
      resume: at.resume,
      onCheckpoint: at.onCheckpoint,
      ...source,
      signal,
    })
  // With augmentation the samples are pixels: the planner caches nothing then.
  const trained = samples.train instanceof Uint8Array ? await withPixelSource(options, { pixels: samples.train, labels, batchSize: phase.batchSize, phaseIndex: index }, train) : await train({})
  const weights = new Map([...start.weights, ...[...trained.weights].map(([name, own]) => [name, { ...start.weights.get(name), ...own }] as const)])
  const whole = { network: start.network, weights }
  const probabilities = (rows: Float32Array | Uint8Array): Promise<Float32Array> =>
    predictProbabilities({ runtime, network: part.network, weights: weightsOf(part.network, weights), input: rows, preprocessing, ...(signal && { signal }) })
  return {
    kind: phase.kind,
    history: trained.history,
    bestEpoch: trained.bestEpoch,
    bestWeights: trained.weights,
    trained: trainedTail(whole, { cut, isWhole: cut === trunk.network.layers[0]!.name, model: model.id, classes: manifest.classes, trunkSha256: weightFile.info.sha256 }),
    whole: async () => whole,
    lowestChanged,
    probabilities: () =>
      scoreByViews(options.recipe, async (view) => {
        const seen = await samplesInView(at, cut, parts, samples, view)
        return { validation: await probabilities(seen.validation), test: await probabilities(seen.test) }
      }),
    trainable: trainableParameters(whole.network, frozen),
    seconds: { ...input.seconds, training: (performance.now() - began) / 1000 },
    features: input.reuse,
    plan: plan.words,
  }
}

/** The trunk with a head whose weights are those that a head phase would begin with. */
async function withNewHead({ options }: PhaseOptions<'fine-tuning'>, trunk: WeightedNetwork): Promise<WeightedNetwork> {
  const { recipe, manifest, seed } = options
  const shape = layerShapes(trunk.network).get(trunk.network.output)!
  const { pooling } = recipe.head
  const dimension = pooling === 'flatten' ? elementCount(shape) : shape.at(-1)!
  const network = headNetwork(recipe.head, dimension, manifest.classes.length, recipe.loss)
  return joinNetworks(trunk, pooling === 'flatten' || shape.length === 1 ? 'none' : pooling, { network, weights: initializeWeights(network, seed) })
}

function frozenLayers(whole: Network, trunk: Network, boundary: number): ReadonlySet<string> {
  const below = new Set(trunk.layers.slice(0, boundary).map(({ name }) => name))
  return new Set([...weightSpecifications(whole).keys()].filter((name) => below.has(name)))
}

interface TailInput {
  samples: Float32Array | Uint8Array
  /** The layer whose output they are. */
  from: string
  preprocessing: PhaseOptions['options']['model']['preprocessing'] | null
  seconds: { decode: number; extraction: number }
  reuse: FeatureReuse
}

async function samplesOf(at: PhaseOptions<'fine-tuning'>, plan: FineTuningPlan, cut: string, images: Parts['train']): Promise<TailInput> {
  const { options } = at
  const { model } = options
  if (plan.activations !== 'cached') {
    const { pixels, decodeSeconds } = await allPixels(options, images)
    return { samples: pixels, from: plan.inputLayer, preprocessing: model.preprocessing, seconds: { decode: decodeSeconds, extraction: 0 }, reuse: { reused: 0, computed: 0, secondsSaved: 0 } }
  }
  const extracted = await cachedActivations(at, cut, images)
  return { samples: extracted.features, from: cut, preprocessing: null, seconds: extracted.seconds, reuse: extracted.reuse }
}

function cachedActivations({ options, weightFile, loadTrunk }: PhaseOptions<'fine-tuning'>, cut: string, images: Parts['train'], view?: FeatureView): Promise<ExtractedFeatures> {
  const { runtime, model, signal } = options
  const space = featureSpace(model, weightFile, cut, 'none')
  return extractFeatures({
    runtime,
    space: view === undefined ? space : { ...space, view },
    loadTrunk: async () => {
      const { network, weights } = await loadTrunk()
      return { network: cutNetwork(network, cut), weights }
    },
    images,
    read: options.read,
    store: options.features,
    onProgress: (progress) => options.onProgress?.({ stage: 'features', fraction: progress.done / progress.total, message: extractionMessage(progress) }),
    ...(signal && { signal }),
  })
}

type ScoredSamples = Record<'validation' | 'test', Float32Array | Uint8Array>

/** The validation and test images' samples as a view of test-time augmentation shows them. */
async function samplesInView(at: PhaseOptions<'fine-tuning'>, cut: string, parts: Parts, samples: ScoredSamples, view: FeatureView | undefined): Promise<ScoredSamples> {
  if (view === undefined) return samples
  const { inputSize } = at.options.model.preprocessing
  if (samples.test instanceof Uint8Array) return { validation: viewPixels(samples.validation as Uint8Array, inputSize, view), test: viewPixels(samples.test, inputSize, view) }
  const { features, dimension } = await cachedActivations(at, cut, [...parts.validation, ...parts.test], view)
  return rowsOf(features, dimension, { ...parts, train: [] })
}

function trainedTail(whole: WeightedNetwork, o: { cut: string; isWhole: boolean; model: string; classes: string[]; trunkSha256: string }): TrainedWeights {
  const shared = { model: o.model, classes: o.classes, pooling: 'none' as const }
  return o.isWhole
    ? { ...shared, part: 'network', ...whole, layer: '', trunkSha256: '' }
    : { ...shared, part: 'tail', ...weightedTail(whole, o.cut), layer: o.cut, trunkSha256: o.trunkSha256 }
}

function trainableParameters(network: Network, frozen: ReadonlySet<string>): number {
  let count = 0
  for (const [layer, specifications] of weightSpecifications(network)) {
    if (!frozen.has(layer)) for (const { shape, trainable } of specifications) if (trainable) count += elementCount(shape)
  }
  return count
}

/** Tensors of a weight's size that an optimizer keeps. */
function slotCount(optimizer: OptimizerRecipe): number {
  return createOptimizer(optimizer).slots.filter((slot) => !slot.isScalar).length
}
