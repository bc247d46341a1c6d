import type { DatasetManifest } from '@graft/contracts/dataset'
import type { ModelDescription } from '@graft/contracts/model'
import type { FineTuningPhase, Phase, Recipe } from '@graft/contracts/recipe'
import { createOptimizer } from '@graft/core/compiler/optimizers/create-optimizer'
import { freezeBoundary } from '@graft/core/finetuning/boundary'
import { stepMemory } from '@graft/core/finetuning/step-memory'
import { samplesAtOnce } from '@graft/core/network/activation-size'
import { buildNetwork } from '@graft/core/network/build'
import { cutNetwork } from '@graft/core/network/cut'
import type { Network } from '@graft/core/network/description'
import { elementCount } from '@graft/core/network/output-shape'
import { layerShapes } from '@graft/core/network/shapes'
import { weightSpecifications } from '@graft/core/network/weight-specifications'

export interface TrialMemoryOptions {
  model: ModelDescription
  recipe: Recipe
  manifest: Pick<DatasetManifest, 'images' | 'classes'>
  /** Images that go through the network at once, at most. */
  microbatchLimit?: number
}

/** Node, its libraries, onnxruntime and a compiled step, before anything is held. */
const processBytes = 280e6
/** Batches in which features are computed. */
const extractionBatch = 16

/**
 * Bytes that a trial's process will take at its peak, by the engine's estimate of a training step (`stepMemory`) and what lies in memory
 * beside it: decoded pixels, or features. The planner of a fine-tuning phase can do with less by smaller microbatches; this is what
 * the recipe takes as it is written.
 */
export function estimateTrialMemory(options: TrialMemoryOptions): number {
  const { model, recipe, manifest } = options
  const { inputSize } = model.preprocessing
  const build = (includeTop: boolean): Network =>
    buildNetwork({ architecture: model.architecture, alpha: model.alpha, inputSize, includeTop, ...(includeTop && { classes: manifest.classes.length, loss: recipe.loss, customLayers: recipe.network }) })
  if (!model.pretrained) return processBytes + pixelBytes(options) + stepBytes(build(true), new Set(), recipe.phases[0]!, options)
  // A feature layer may lie in the top: then the network below it is estimated as a whole.
  const whole = build(false)
  const trunk = whole.layers.some(({ name }) => name === model.featureLayer) ? cutNetwork(whole, model.featureLayer) : whole
  return processBytes + Math.max(...recipe.phases.map((phase, index) => (phase.kind === 'fine-tuning' ? pixelBytes(options) + stepBytes(trunk, frozenLayers(trunk, phase, index), phase, options) : featureBytes(trunk, options))))
}

const pixelBytes = ({ model, manifest }: TrialMemoryOptions): number => manifest.images.length * 3 * model.preprocessing.inputSize[0] * model.preprocessing.inputSize[1]

function stepBytes(network: Network, frozen: ReadonlySet<string>, { optimizer, batchSize }: Phase, { microbatchLimit = batchSize }: TrialMemoryOptions): number {
  const slots = createOptimizer(optimizer).slots.filter((slot) => !slot.isScalar).length
  const { fixed, perSample } = stepMemory(network, frozen, slots)
  return fixed + Math.min(batchSize, microbatchLimit) * perSample
}

/** A trunk that computes features, and the features: the vectors of the cache and the matrix of them are there together for a moment. */
function featureBytes(trunk: Network, { recipe, manifest }: TrialMemoryOptions): number {
  const { fixed, perSample } = stepMemory(trunk, new Set(weightSpecifications(trunk).keys()), 0)
  const shape = layerShapes(trunk).get(trunk.output)!
  const dimension = recipe.head.pooling === 'flatten' ? elementCount(shape) : shape.at(-1)!
  const views = recipe.augmentation?.views ?? 1
  return fixed + samplesAtOnce(trunk, extractionBatch) * perSample + 4 * dimension * manifest.images.length * (views + 1)
}

function frozenLayers(trunk: Network, { unfreeze }: FineTuningPhase, index: number): ReadonlySet<string> {
  const { unfrozen } = freezeBoundary(trunk, unfreeze, `phases.${index}.unfreeze`)
  return new Set([...weightSpecifications(trunk).keys()].filter((name) => !unfrozen.has(name)))
}
