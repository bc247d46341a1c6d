import path from 'node:path'
import { openFolder } from '@graft/core/dataset/folder-source'
import { importDataset } from '@graft/core/dataset/import'
import { quickCheck } from '@graft/core/prediction/quick-check'
import { createOnnxRuntime } from '@graft/core/runtime/onnx/onnx-runtime'
import { catalog } from '@graft/core/weights/catalog'
import { resolveWeights } from '@graft/core/weights/resolve'
import { readEnvironment } from './env.ts'
import { printQuickCheck } from './print-quick-check.ts'
import { startProgress } from './progress.ts'
import { requireKnown } from './suggest.ts'

/** Quick check of a folder on this machine, without a server. */
export async function checkFolder(folder: string, options: { model: string; json?: boolean }): Promise<void> {
  requireKnown('model', options.model, catalog.map((entry) => entry.model.id))
  const { model } = catalog.find((entry) => entry.model.id === options.model)!
  const progress = await startProgress('check')
  const source = await openFolder(folder)
  try {
    const { manifest } = await importDataset({ source, splitRule: 'auto', seed: 0, onProgress: (done, total) => progress.update(total > 0 ? (0.6 * done) / total : null, 'reading images') })
    const weightFile = await resolveWeights(model.id, {
      cacheFolder: path.join(readEnvironment().cacheFolder, 'models'),
      includeTop: true,
      onProgress: (bytes, total) => progress.update(total ? 0.6 + (0.2 * bytes) / total : null, 'downloading weights'),
    })
    const samples = await quickCheck({
      runtime: await createOnnxRuntime(),
      model,
      weightFile,
      manifest,
      read: (image) => source.read(image.path),
      onProgress: (done, total) => progress.update(0.8 + (0.2 * done) / total, 'looking at samples'),
    })
    progress.stop()
    printQuickCheck(samples, manifest.classes, options)
  } finally {
    progress.stop()
    await source.close()
  }
}
