import { GraftError } from '@graft/contracts/errors'
import type { FineTuningPhase } from '@graft/contracts/recipe'
import type { Network } from '../network/description.ts'
import { elementCount } from '../network/output-shape.ts'
import { countParameters } from '../network/parameters.ts'
import { layerShapes } from '../network/shapes.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'
import type { FreezeBoundary } from './boundary.ts'
import { stepMemory } from './step-memory.ts'

export interface PlanOptions {
  /** Without its head. */
  trunk: Network
  boundary: FreezeBoundary
  /** Name of the cut layer, and what comes after it with the head. */
  cut: string
  tail: Network
  /** Trunk and head. */
  whole: Network
  /** Layers whose weights stay. */
  frozen: ReadonlySet<string>
  phase: FineTuningPhase
  /** Slots of the optimizer. */
  slots: number
  images: number
  trainingImages: number
  /** Seconds that the layers up to the cut take for an image. */
  trunkSeconds: number
  /** Whether each epoch sees the images changed. */
  augmented: boolean
  /** Bytes that the process may take. */
  memoryBudget: number
  /** Bytes that it takes before: resident, and those of them that are in use. */
  memoryBefore: { resident: number; inUse: number }
  /** Bytes that activations may take in the feature cache. */
  largestCacheBytes?: number | undefined
  /** Samples that go at once, at most; default: the whole batch. */
  microbatchLimit?: number | undefined
}

export interface FineTuningPlan {
  /** What is trained on: activations at the cut, computed once (`cached`); or pixels, with what lies below the cut computed in every epoch (`recomputed`). */
  readonly activations: 'cached' | 'recomputed'
  /** The layer whose output that is. */
  readonly inputLayer: string
  /** Samples computed at once; their gradients are summed to a batch's. */
  readonly microbatchSize: number
  /** Estimated peak of the process, bytes. */
  readonly memory: number
  /** All of it in words. */
  readonly words: string
}

/** The feature cache is shared: one phase may not fill a disk. */
const defaultCacheBytes = 8 * 1024 ** 3
/** Bytes a second that a plain disk takes. */
const diskBytesPerSecond = 200e6

/**
 * Decides where the input of the tail comes from and how many samples go at once, so that the process stays within its memory.
 * Cached where that is allowed (no augmentation), fits, and reading is quicker than computing. Throws `too_large` where not even
 * one sample fits.
 */
export function planFineTuning(options: PlanOptions): FineTuningPlan {
  const { trunk, cut, tail, whole, phase, memoryBudget } = options
  const input = trunk.layers[0]!.name
  const { kind, why } = whereFrom(options)
  const isCached = kind === 'cached'
  const step = stepMemory(isCached ? tail : whole, options.frozen, options.slots)
  const held = isCached ? heldActivations(options) : options.images * elementCount(layerShapes(trunk).get(input)!)
  const microbatchSize = microbatch(options, step, held)
  const memory = peak(options, held + step.fixed + microbatchSize * step.perSample)
  return { activations: kind, inputLayer: isCached ? cut : input, microbatchSize, memory, words: [unfrozenWords(options), why, stepWords(phase.batchSize, microbatchSize, memory, memoryBudget)].join(' ') }
}

/**
 * The process's peak when it takes `needed` bytes more. What is resident and no longer in use is taken again, though not all of it: freed
 * memory lies in pieces. The share of it, and what compiling the step takes, are as measured on VGG16, ResNet50, InceptionV3, Xception
 * and MobileNetV2.
 */
const peak = ({ memoryBefore: { resident, inUse } }: PlanOptions, needed: number): number => compilingBytes + Math.max(inUse + needed, resident + 0.6 * needed)

const compilingBytes = 100e6

/** The vectors of the cache and the matrix of them are there together for a moment. */
const heldActivations = (options: PlanOptions): number => 2 * options.images * activationBytes(options)

const activationBytes = ({ trunk, cut }: PlanOptions): number => 4 * elementCount(layerShapes(trunk).get(cut)!)

function whereFrom(options: PlanOptions): { kind: 'cached' | 'recomputed'; why: string } {
  const { trunk, cut, tail, images, phase, trunkSeconds, largestCacheBytes = defaultCacheBytes } = options
  if (trunk.layers[0]!.name === cut) return { kind: 'recomputed', why: 'Everything is computed in each epoch, from the pixels.' }
  const each = activationBytes(options)
  const size = `${bytesInWords(each)} an image, ${bytesInWords(images * each)} for ${images} images`
  const anEpoch = secondsInWords(trunkSeconds * options.trainingImages)
  const recomputed = (because: string): { kind: 'recomputed'; why: string } => ({ kind: 'recomputed', why: `What comes up to ${cut} is computed in each epoch (about ${anEpoch} each): ${because}.` })
  if (options.augmented) return recomputed('augmentation changes the images')
  const step = stepMemory(tail, options.frozen, options.slots)
  if (peak(options, heldActivations(options) + step.fixed + step.perSample) > options.memoryBudget) return recomputed(`the activations (${size}) would not fit into memory`)
  if (images * each > largestCacheBytes) return recomputed(`the activations (${size}) are more than the cache takes (${bytesInWords(largestCacheBytes)})`)
  if (phase.epochs === 1 && each / diskBytesPerSecond > trunkSeconds) return recomputed(`with one epoch, keeping them (${size}) would take longer`)
  return { kind: 'cached', why: `The activations after ${cut} (${size}) are computed once and cached: computing them in each of the ${phase.epochs} epochs would take about ${anEpoch} each.` }
}

function microbatch(options: PlanOptions, step: { fixed: number; perSample: number }, held: number): number {
  const { phase, memoryBudget, tail, microbatchLimit = phase.batchSize } = options
  for (let parts = 1; parts <= phase.batchSize; parts += 1) {
    const size = Math.ceil(phase.batchSize / parts)
    if (size > microbatchLimit) continue
    if (peak(options, held + step.fixed + size * step.perSample) <= memoryBudget) return size
  }
  const least = peak(options, held + step.fixed + step.perSample)
  throw new GraftError('too_large', `Fine-tuning ${tail.name} one image at a time takes about ${bytesInWords(least)} of memory; ${bytesInWords(memoryBudget)} may be used.`, { hint: 'Unfreeze fewer layers, or allow more memory.', field: 'phases' })
}

function unfrozenWords({ boundary, trunk, frozen, tail }: PlanOptions): string {
  const weighted = [...weightSpecifications(trunk).keys()].filter((name) => boundary.unfrozen.has(name)).length
  const still = new Set([...weightSpecifications(tail).keys()].filter((name) => frozen.has(name)))
  const trainable = countParameters({ ...tail, layers: tail.layers }).trainable - frozenParameters(tail, still)
  const from = boundary.index === 0 ? 'All layers are' : `From ${boundary.layer} (layer ${boundary.index}) up the network is`
  return `${from} unfrozen: ${weighted} layers with weights and the head, ${(trainable / 1e6).toFixed(1)} million parameters.`
}

function frozenParameters(tail: Network, still: ReadonlySet<string>): number {
  let count = 0
  for (const [layer, specifications] of weightSpecifications(tail)) if (still.has(layer)) for (const { shape, trainable } of specifications) count += trainable ? elementCount(shape) : 0
  return count
}

function stepWords(batchSize: number, microbatchSize: number, memory: number, budget: number): string {
  const parts = Math.ceil(batchSize / microbatchSize)
  const batch = parts === 1 ? `A batch of ${batchSize} is computed at once` : `A batch of ${batchSize} is computed in ${parts} parts of ${microbatchSize}, whose gradients are summed`
  return `${batch}; that takes about ${bytesInWords(memory)} of memory, of ${bytesInWords(budget)} that may be used.`
}

function bytesInWords(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} KB`
}

const secondsInWords = (seconds: number): string => (seconds >= 90 ? `${Math.round(seconds / 60)} minutes` : `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`)
