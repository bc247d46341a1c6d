import type { ManifestImage } from '@graft/contracts/dataset'
import type { FeatureStore } from '@graft/contracts/feature-store'
import { extractFeatures } from '../features/extract.ts'
import { pixelBatches } from '../image/pixel-batches.ts'
import type { TrainedModel } from '../prediction/trained-model.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { predictProbabilities } from '../training/predict-probabilities.ts'
import type { TrainedWeights } from '../trial/trained-weights.ts'
import { featureSpace, loadTrunk, requireWeightFile } from '../trial/trunk.ts'

/** What the trial's own way gives for images: cached features through the head, or pixels through the baseline. */
export async function recordedProbabilities(options: { runtime: Runtime; trained: TrainedModel; read(image: ManifestImage): Promise<Uint8Array>; features: FeatureStore; signal?: AbortSignal }, parts: TrainedWeights, images: readonly ManifestImage[]): Promise<Float32Array> {
  const { runtime, trained, signal } = options
  const { network, weights } = parts
  if (parts.part === 'network') {
    const { preprocessing } = trained.model
    for await (const { pixels } of pixelBatches({ images, read: options.read, preprocessing, batchSize: images.length, ...(signal && { signal }) })) {
      return predictProbabilities({ runtime, network, weights, input: pixels, preprocessing, ...(signal && { signal }) })
    }
    return new Float32Array()
  }
  const weightFile = requireWeightFile(trained.model, trained.weightFile)
  const { features } = await extractFeatures({
    runtime,
    space: featureSpace(trained.model, weightFile, parts.layer, parts.pooling),
    loadTrunk: () => loadTrunk(trained.model, weightFile, parts.layer, signal),
    images,
    read: options.read,
    store: options.features,
    ...(signal && { signal }),
  })
  return predictProbabilities({ runtime, network, weights, input: features, ...(signal && { signal }) })
}
