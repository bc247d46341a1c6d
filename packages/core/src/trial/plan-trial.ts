import type { ModelDescription, WeightsInfo } from '@graft/contracts/model'
import type { FineTuningPhase, Phase, Recipe } from '@graft/contracts/recipe'
import { createOptimizer } from '../compiler/optimizers/create-optimizer.ts'
import { freezeBoundary } from '../finetuning/boundary.ts'
import { cutBelow } from '../finetuning/cut.ts'
import { memoryAllowed } from '../finetuning/memory-allowed.ts'
import { planFineTuning } from '../finetuning/plan.ts'
import { stepMemory } from '../finetuning/step-memory.ts'
import { tailNetwork } from '../finetuning/tail-network.ts'
import { trunkSeconds } from '../finetuning/trunk-seconds.ts'
import { largestBatch } from '../features/trunk-engine.ts'
import { samplesAtOnce } from '../network/activation-size.ts'
import { buildNetwork } from '../network/build.ts'
import type { Network } from '../network/description.ts'
import { elementCount } from '../network/output-shape.ts'
import { countParameters } from '../network/parameters.ts'
import { layerShapes } from '../network/shapes.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'
import { joinNetworks } from '../prediction/join-networks.ts'
import { headNetwork } from '../training/head-network.ts'
import { buildTrunk } from './trunk.ts'

export interface PlanTrialOptions {
  model: ModelDescription
  /** Null from scratch, and where the file is not there yet. */
  weights: Pick<WeightsInfo, 'includeTop'> | null
  recipe: Recipe
  images: { train: number; validation: number; test: number }
  classes: number
  /** Bytes that the process may take; default: most of this machine's memory. */
  memoryBudget?: number
}

export interface TrialPlan {
  /** Estimated peak of a process that trains it, bytes. */
  memoryBytes: number
  /** What each phase does and takes, a sentence or more. */
  words: string[]
}

/** Node, its libraries and onnxruntime, and a compiled step: as the planner of fine-tuning has them. */
const processBytes = 280e6
const floatBytes = 4

/**
 * What the planner says of a trial before it runs, from the shapes of its network alone: no weights are read and nothing is trained.
 *
 * @throws GraftError `invalid_input`, `not_found` for a layer or block that the network does not have, `too_large` where one sample does not fit.
 */
export function planTrial(options: PlanTrialOptions): TrialPlan {
  const { model, recipe } = options
  if (!model.pretrained) return planFromScratch(options)
  const trunk = buildTrunk(model, options.weights ?? { includeTop: true }, model.featureLayer)
  let lowestChanged = Infinity
  const phases = recipe.phases.map((phase, index) => {
    if (phase.kind !== 'fine-tuning') return planHead(options, trunk, phase)
    const planned = planTuning(options, trunk, phase, index, lowestChanged)
    lowestChanged = planned.lowestChanged
    return planned
  })
  return { memoryBytes: Math.max(...phases.map(({ memory }) => memory)), words: phases.map(({ words }) => words) }
}

function planFromScratch({ model, recipe, images, classes }: PlanTrialOptions): TrialPlan {
  const phase = recipe.phases[0]!
  const network = buildNetwork({ architecture: model.architecture, alpha: model.alpha, inputSize: model.preprocessing.inputSize, includeTop: true, classes, loss: recipe.loss, customLayers: recipe.network })
  const step = stepMemory(network, new Set(), slotCount(phase))
  const memory = processBytes + allImages(images) * elementCount(model.preprocessing.inputSize) * 3 + step.fixed + phase.batchSize * step.perSample
  return { memoryBytes: memory, words: [`All ${millions(countParameters(network).trainable)} parameters are trained from scratch on the pixels, ${phase.batchSize} images at once; that takes about ${inMegabytes(memory)} of memory.`] }
}

/** Estimated peak of a process that only computes features, up to `layer`, bytes. @throws GraftError `not_found` for an unknown layer. */
export const planExtraction = (model: ModelDescription, weights: Pick<WeightsInfo, 'includeTop'>, layer: string): number => processBytes + forwardBytes(buildTrunk(model, weights, layer))

/** Bytes of a trunk's weights and of the activations of one batch. */
function forwardBytes(trunk: Network): number {
  const still = stepMemory(trunk, new Set(weightSpecifications(trunk).keys()), 0)
  return still.fixed + samplesAtOnce(trunk, largestBatch) * still.perSample
}

interface PlannedPhase {
  memory: number
  words: string
}

/** Features of all images (each view of those that are trained on), then the head on them. */
function planHead({ recipe, images, classes }: PlanTrialOptions, trunk: Network, phase: Phase): PlannedPhase {
  const extraction = forwardBytes(trunk)
  const head = headOf(recipe, trunk, classes)
  const dimension = elementCount(head.layers[0]!.kind === 'input' ? head.layers[0]!.shape : [])
  // The vectors of the cache and the matrix of them are there together for a moment.
  const features = 2 * floatBytes * dimension * (allImages(images) + ((recipe.augmentation?.views ?? 1) - 1) * images.train)
  const step = stepMemory(head, new Set(), slotCount(phase))
  const memory = processBytes + features + Math.max(extraction, step.fixed + phase.batchSize * step.perSample)
  return { memory, words: `The trunk is frozen: its ${dimension.toLocaleString('en-US')} features of ${allImages(images)} images are computed once and cached, ${millions(countParameters(head).trainable)} parameters of the head are trained; that takes about ${inMegabytes(memory)} of memory.` }
}

function planTuning(options: PlanTrialOptions, trunk: Network, phase: FineTuningPhase, index: number, lowestBefore: number): PlannedPhase & { lowestChanged: number } {
  const { recipe, images, classes } = options
  const none = new Map()
  const pooling = recipe.head.pooling === 'flatten' || layerShapes(trunk).get(trunk.output)!.length === 1 ? 'none' : recipe.head.pooling
  const whole = joinNetworks({ network: trunk, weights: none }, pooling, { network: headOf(recipe, trunk, classes), weights: none }).network
  const boundary = freezeBoundary(trunk, phase.unfreeze, `phases.${index}.unfreeze`)
  const lowestChanged = Math.min(boundary.index, lowestBefore)
  const cut = cutBelow(trunk, lowestChanged).name
  const below = new Set(trunk.layers.slice(0, boundary.index).map(({ name }) => name))
  const weightBytes = floatBytes * countParameters(trunk).total
  const plan = planFineTuning({
    trunk,
    boundary,
    cut,
    tail: tailNetwork(whole, cut),
    whole,
    frozen: new Set([...weightSpecifications(whole).keys()].filter((name) => below.has(name))),
    phase,
    slots: slotCount(phase),
    images: allImages(images),
    trainingImages: images.train,
    trunkSeconds: trunkSeconds(trunk, cut, null),
    augmented: recipe.augmentation !== undefined,
    memoryBudget: options.memoryBudget ?? memoryAllowed(),
    memoryBefore: { resident: processBytes + weightBytes, inUse: processBytes + weightBytes },
  })
  return { memory: plan.memory, words: plan.words, lowestChanged }
}

function headOf(recipe: Recipe, trunk: Network, classes: number): Network {
  const shape = layerShapes(trunk).get(trunk.output)!
  return headNetwork(recipe.head, recipe.head.pooling === 'flatten' ? elementCount(shape) : shape.at(-1)!, classes, recipe.loss)
}

const slotCount = ({ optimizer }: Phase): number => createOptimizer(optimizer).slots.filter((slot) => !slot.isScalar).length
const allImages = ({ train, validation, test }: PlanTrialOptions['images']): number => train + validation + test
const millions = (count: number): string => (count >= 1e6 ? `${(count / 1e6).toFixed(1)} million` : count.toLocaleString('en-US'))
const inMegabytes = (bytes: number): string => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`)
