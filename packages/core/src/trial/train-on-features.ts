import { extractFeatures } from '../features/extract.ts'
import { countParameters } from '../network/parameters.ts'
import { joinNetworks } from '../prediction/join-networks.ts'
import { predictProbabilities } from '../training/predict-probabilities.ts'
import { trainHead } from '../training/train-head.ts'
import { labelsOf, type Parts } from './parts.ts'
import type { PhaseOptions } from './phase-options.ts'
import type { PhaseOutcome } from './phase-outcome.ts'
import { rowsOf } from './rows-of.ts'
import { featureSpace } from './trunk.ts'

/** The feature-extraction phase of a pretrained model: features of all images at the trunk's end, then the head trains on them. */
export async function trainOnFeatures(at: PhaseOptions, parts: Parts): Promise<PhaseOutcome> {
  const { options, phase, weightFile, loadTrunk } = at
  const { runtime, model, manifest, recipe, seed, signal } = options
  const layer = model.featureLayer
  const space = featureSpace(model, weightFile, layer, recipe.head.pooling === 'flatten' ? 'none' : recipe.head.pooling)
  const extracted = await extractFeatures({
    runtime,
    space,
    loadTrunk,
    images: [...parts.train, ...parts.validation, ...parts.test],
    read: options.read,
    store: options.features,
    onProgress: (done, total, problem) => options.onProgress?.({ stage: 'features', fraction: done / total, message: `${done} of ${total} images${problem === null ? '' : `. ${problem}`}` }),
    ...(signal && { signal }),
  })
  const { dimension } = extracted
  const features = rowsOf(extracted.features, dimension, parts)

  const began = performance.now()
  const head = await trainHead({
    runtime,
    train: { features: features.train, labels: labelsOf(parts.train), dimension },
    validation: { features: features.validation, labels: labelsOf(parts.validation), dimension },
    classes: manifest.classes.length,
    head: recipe.head,
    phase,
    seed,
    onEpoch: at.onEpoch,
    resume: at.resume,
    onCheckpoint: at.onCheckpoint,
    ...(signal && { signal }),
  })
  const probabilities = (input: Float32Array): Promise<Float32Array> => predictProbabilities({ runtime, network: head.network, weights: head.weights, input, ...(signal && { signal }) })
  return {
    kind: phase.kind,
    history: head.history,
    bestEpoch: head.bestEpoch,
    bestWeights: head.weights,
    trained: { part: 'head', model: model.id, network: head.network, weights: head.weights, classes: manifest.classes, layer, pooling: space.pooling, trunkSha256: weightFile.info.sha256 },
    whole: async () => joinNetworks(await loadTrunk(), space.pooling, head),
    lowestChanged: Infinity,
    probabilities: async () => ({ validation: await probabilities(features.validation), test: await probabilities(features.test) }),
    trainable: countParameters(head.network).trainable,
    seconds: { ...extracted.seconds, training: (performance.now() - began) / 1000 },
    features: extracted.reuse,
  }
}
