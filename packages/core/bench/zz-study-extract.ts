import path from 'node:path'
import { diskStore } from './zz-study-store.ts'
import { openFolder } from '../src/dataset/folder-source.ts'
import { importDataset } from '../src/dataset/import.ts'
import { extractFeatures } from '../src/features/extract.ts'
import { augmentedView } from '../src/features/feature-view.ts'
import { augmentationSchema } from '@graft/contracts/recipe/augmentation'
import { createOnnxRuntime } from '../src/runtime/onnx/onnx-runtime.ts'
import { featureSpace, loadTrunk, type WeightFile } from '../src/trial/trunk.ts'
import { findModel } from '../src/weights/catalog.ts'
import { hashFile } from '../src/weights/hash-file.ts'
const files: Record<string, [string, boolean]> = { 'mobilenet-v2': ['keras_mobilenet_v2_1.0_224/mobilenet_v2_1.0_224.h5', true], vgg16: ['keras_vgg16_notop/vgg16_notop.h5', false], xception: ['keras_xception_notop/xception_notop.h5', false] }
export const augmentation = augmentationSchema.parse({ horizontalFlip: true, crop: { area: [0.5, 1] }, views: 8 })
const store = diskStore()
const runtime = await createOnnxRuntime({ threads: 2 })
async function run(modelId: string, dataset: string, what: 'base' | 'mirror' | number) {
  const { model } = findModel(modelId)
  const [file, includeTop] = files[modelId]!
  const at = path.join('/work/shared/models', file)
  const { sha256, bytes } = await hashFile(at)
  const weightFile: WeightFile = { path: at, info: { sha256, bytes, format: 'keras-h5', includeTop, source: file, licence: 'x', trainedOn: 'ImageNet' } }
  const source = await openFolder(path.join('/work/shared/datasets', dataset))
  const { manifest } = await importDataset({ source, splitRule: 'folders', seed: 0 })
  const base = featureSpace(model, weightFile, model.featureLayer, 'average')
  const view = what === 'base' ? undefined : what === 'mirror' ? { testTime: 1 } : augmentedView(augmentation, what)
  const images = manifest.images.filter((image) => typeof what === 'number' ? image.split !== 'test' : true)
  const began = performance.now()
  const { reuse, dimension } = await extractFeatures({ runtime, space: view ? { ...base, view } : base, loadTrunk: () => loadTrunk(model, weightFile, model.featureLayer), images, read: (image) => source.read(image.path), store })
  console.log(new Date().toISOString(), modelId, dataset, what, images.length, dimension, reuse.computed, ((performance.now() - began) / 1000).toFixed(1))
  await source.close()
}
const m = 'mobilenet-v2', small = ['birds', 'leaves']
for (const d of small) await run(m, d, 'base')
for (const d of small) await run('xception', d, 'base')
for (const d of small) await run('vgg16', d, 'base')
for (const d of small) for (let v = 0; v < 8; v++) await run(m, d, v)
await run(m, 'sign_digits', 'base')
for (const d of small) for (const x of [m, 'xception', 'vgg16']) await run(x, d, 'mirror')
for (let v = 0; v < 4; v++) for (const x of ['xception', 'vgg16']) for (const d of small) await run(x, d, v)
