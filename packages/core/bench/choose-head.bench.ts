import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { ManifestImage } from '@graft/contracts/dataset'
import { createOnnxRuntime } from '../src/runtime/onnx/onnx-runtime.ts'
import { accuracyOf, halfOf, outOfFold } from './cross-validation.ts'
import { createFileFeatureStore } from './file-feature-store.ts'
import { headCandidates } from './head-candidates.ts'
import { openSharedDataset } from './shared-data.ts'

/**
 * How the best practice head is chosen: every candidate of head-candidates.ts by cross-validation within one half of the digits' signers, on all its
 * images and on four small parts of it (11 signers, about 100 images, each); the mean of both decides. The other half, the birds and the leaves are not
 * looked at: `npm run bench -- best-practice` judges by those. `npm run bench -- choose-head [--half 0] [--models mobilenet-v2] [--cache FOLDER]`.
 */
const { values: given } = parseArgs({
  options: {
    half: { type: 'string', default: '0' },
    models: { type: 'string', default: 'mobilenet-v2' },
    folds: { type: 'string', default: '5' },
    cache: { type: 'string' },
    shared: { type: 'string', default: fileURLToPath(new URL('../../../../shared', import.meta.url)) },
  },
})

const dataset = await openSharedDataset(given.shared, 'sign_digits')
const groups = halfOf(dataset.manifest.images, dataset.groupOf, Number(given.half))
const small = [0, 1, 2, 3].map((part) => groups.slice(part * 11, (part + 1) * 11).flat())
const runtime = await createOnnxRuntime({ threads: 1 })
const features = createFileFeatureStore(given.cache)
const percent = (share: number): string => (share * 100).toFixed(1)
console.log(`half ${given.half}: ${groups.length} signers, ${groups.flat().length} images; small parts of ${small.map((images) => images.length).join(', ')}`)
console.log('| candidate | model | all % | small parts % | mean % | s |\n|---|---|---|---|---|---|')
for (const recipe of headCandidates) {
  for (const model of given.models.split(',')) {
    const began = performance.now()
    const measure = async (images: readonly ManifestImage[]): Promise<number> => accuracyOf(await outOfFold({ runtime, shared: given.shared, model, dataset, images, folds: Number(given.folds), seeds: 1, features }, recipe))
    const all = await measure(groups.flat())
    const parts: number[] = []
    for (const images of small) parts.push(await measure(images))
    const small4 = parts.reduce((sum, value) => sum + value, 0) / parts.length
    console.log(`| ${recipe.name} | ${model} | ${percent(all)} | ${percent(small4)} | ${percent((all + small4) / 2)} | ${((performance.now() - began) / 1000).toFixed(0)} |`)
  }
}
await dataset.close()
