import type { DatasetManifest, ManifestImage } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'
import type { QuickCheckSample } from '@graft/contracts/job'
import type { ModelDescription } from '@graft/contracts/model'
import { buildNetwork } from '../network/build.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { requireWeightFile, type WeightFile } from '../trial/trunk.ts'
import { imagenetLabels } from '../weights/imagenet-labels.ts'
import { loadWeightFile } from '../weights/load.ts'
import { rankedClasses } from './ranked-classes.ts'
import { runOnImages } from './run-on-images.ts'

const shown = 5

/**
 * What the seed study does before training: the five most probable ImageNet labels of one sample a class (the first training image
 * by path), by the model's own top. It shows whether the trunk sees anything in such pictures. Throws `unsupported` for a model
 * without its ImageNet top.
 */
export async function quickCheck(options: {
  runtime: Runtime
  model: ModelDescription
  weightFile: WeightFile | null
  manifest: DatasetManifest
  read(image: ManifestImage): Promise<Uint8Array>
  onProgress?(done: number, total: number): void
  signal?: AbortSignal
}): Promise<QuickCheckSample[]> {
  const { runtime, model, manifest, signal } = options
  if (!model.pretrained) throw noTop(model, 'it is trained from scratch')
  const weightFile = requireWeightFile(model, options.weightFile)
  if (!weightFile.info.includeTop) throw noTop(model, 'its weight file has no top')
  if (!/imagenet/i.test(weightFile.info.trainedOn)) throw noTop(model, `its weights were trained on ${weightFile.info.trainedOn}`)
  const network = buildNetwork({ architecture: model.architecture, alpha: model.alpha, inputSize: model.preprocessing.inputSize, includeTop: true })
  const { weights } = await loadWeightFile(weightFile.path, network, signal)
  const samples = sampleOfEachClass(manifest)
  const probabilities = await runOnImages({
    open: () => runtime.openForward(network, weights, { preprocessing: model.preprocessing }, signal),
    network,
    preprocessing: model.preprocessing,
    images: samples,
    read: options.read,
    ...(options.onProgress && { onProgress: options.onProgress }),
    ...(signal && { signal }),
  })
  const labels = imagenetLabels.length
  return samples.map((image, index) => ({
    classIndex: image.classIndex,
    sha256: image.sha256,
    path: image.path,
    top: rankedClasses(imagenetLabels, probabilities.subarray(index * labels, (index + 1) * labels)).slice(0, shown),
  }))
}

function noTop(model: ModelDescription, why: string): GraftError {
  return new GraftError('unsupported', `${model.name} has no ImageNet labels to show: ${why}.`, { hint: 'Choose a model whose weights include the ImageNet top, for instance mobilenet-v2.', field: 'model' })
}

function sampleOfEachClass(manifest: DatasetManifest): ManifestImage[] {
  return manifest.classes.flatMap((_name, classIndex) => {
    const ofClass = manifest.images.filter((image) => image.classIndex === classIndex)
    return ofClass.find((image) => image.split === 'train') ?? ofClass[0] ?? []
  })
}
