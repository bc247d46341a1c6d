import type { ManifestImage } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'
import type { FeatureView } from '@graft/contracts/feature-store'
import type { Augmentation } from '@graft/contracts/recipe/augmentation'
import type { ViewCost } from '@graft/contracts/trial'
import { extractFeatures, type ExtractedFeatures } from '../features/extract.ts'
import { extractionMessage } from '../features/extraction-message.ts'
import { augmentedView } from '../features/feature-view.ts'
import { countParameters } from '../network/parameters.ts'
import { joinNetworks } from '../prediction/join-networks.ts'
import { classWeightFactors } from '../training/class-weights.ts'
import { predictProbabilities } from '../training/predict-probabilities.ts'
import { trainHead } from '../training/train-head.ts'
import { labelsOf, type Parts } from './parts.ts'
import type { PhaseOptions } from './phase-options.ts'
import type { PhaseOutcome } from './phase-outcome.ts'
import { rowsOf } from './rows-of.ts'
import { scoreByViews } from './test-time.ts'
import { featureSpace } from './trunk.ts'
import { addedReuse, extractViews, viewSource, type ViewFeatures } from './view-source.ts'

/** The feature-extraction phase of a pretrained model: features of all images at the trunk's end, then the head trains on them. */
export async function trainOnFeatures(at: PhaseOptions, parts: Parts): Promise<PhaseOutcome> {
  const { options, phase, weightFile, loadTrunk } = at
  const { runtime, model, manifest, recipe, seed, signal } = options
  const { augmentation } = recipe
  refuseMixing(augmentation)
  const layer = model.featureLayer
  const space = featureSpace(model, weightFile, layer, recipe.head.pooling === 'flatten' ? 'none' : recipe.head.pooling)
  const featuresOf = (images: readonly ManifestImage[], view: FeatureView | undefined, what: string): Promise<ExtractedFeatures> =>
    extractFeatures({
      runtime,
      space: view === undefined ? space : { ...space, view },
      loadTrunk,
      images,
      read: options.read,
      store: options.features,
      onProgress: (progress) => options.onProgress?.({ stage: 'features', fraction: progress.done / progress.total, message: extractionMessage(progress, what) }),
      ...(signal && { signal }),
    })
  const scoredImages = [...parts.validation, ...parts.test]
  const views = augmentation && (await extractViews(augmentation.views, (number) => featuresOf(parts.train, augmentedView(augmentation, number), `, view ${number + 1} of ${augmentation.views}`)))
  const extracted = await featuresOf(views === undefined ? [...parts.train, ...scoredImages] : scoredImages, undefined, '')
  const { dimension } = extracted
  const features = rowsOf(extracted.features, dimension, views === undefined ? parts : { ...parts, train: [] })
  const labels = labelsOf(parts.train)

  const began = performance.now()
  const head = await trainHead({
    runtime,
    train: { features: views?.views[0] ?? features.train, labels, dimension },
    ...(views && { source: viewSource(views, labels) }),
    validation: { features: features.validation, labels: labelsOf(parts.validation), dimension },
    classes: manifest.classes.length,
    head: recipe.head,
    loss: recipe.loss,
    classWeights: classWeightFactors(recipe.classWeights, manifest.classes, labels),
    phase,
    seed,
    onEpoch: at.onEpoch,
    resume: at.resume,
    onCheckpoint: at.onCheckpoint,
    ...(signal && { signal }),
  })
  const trainingSeconds = (performance.now() - began) / 1000
  const probabilities = (input: Float32Array): Promise<Float32Array> => predictProbabilities({ runtime, network: head.network, weights: head.weights, input, ...(signal && { signal }) })
  return {
    kind: phase.kind,
    history: head.history,
    bestEpoch: head.bestEpoch,
    bestWeights: head.weights,
    trained: { part: 'head', model: model.id, network: head.network, weights: head.weights, classes: manifest.classes, layer, pooling: space.pooling, trunkSha256: weightFile.info.sha256 },
    whole: async () => joinNetworks(await loadTrunk(), space.pooling, head),
    lowestChanged: Infinity,
    probabilities: () =>
      scoreByViews(recipe, async (view) => {
        const seen = view === undefined ? features : rowsOf((await featuresOf(scoredImages, view, ', another view')).features, dimension, { ...parts, train: [] })
        return { validation: await probabilities(seen.validation), test: await probabilities(seen.test) }
      }),
    trainable: countParameters(head.network).trainable,
    seconds: { decode: extracted.seconds.decode + (views?.seconds.decode ?? 0), extraction: extracted.seconds.extraction + (views?.seconds.extraction ?? 0), training: trainingSeconds },
    features: views === undefined ? extracted.reuse : addedReuse([views.reuse, extracted.reuse]),
    ...(views && { views: costOfViews(views, parts.train.length) }),
  }
}

function costOfViews({ views, reuse, seconds }: ViewFeatures, images: number): ViewCost {
  return { count: views.length, images, computed: reuse.computed, reused: reuse.reused, seconds: seconds.extraction, secondsSaved: reuse.secondsSaved }
}

function refuseMixing(augmentation: Augmentation | undefined): void {
  const mixing = augmentation?.mixup !== undefined ? 'mixup' : augmentation?.cutmix !== undefined ? 'cutmix' : null
  if (mixing === null) return
  throw new GraftError('invalid_input', `A frozen trunk sees each image alone, so its features cannot be trained with ${mixing}.`, { hint: 'Leave it out, or use a recipe that only fine-tunes, or a network that is trained from scratch.', field: `augmentation.${mixing}` })
}
