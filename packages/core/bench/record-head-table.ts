import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DatasetManifest } from '@graft/contracts/dataset'
import { recipeSchema } from '@graft/contracts/recipe'
import { openFolder } from '../src/dataset/folder-source.ts'
import { importDataset } from '../src/dataset/import.ts'
import { createMemoryFeatureStore } from '../src/features/testing/memory-feature-store.ts'
import { createOnnxRuntime } from '../src/runtime/onnx/onnx-runtime.ts'
import { runTrial } from '../src/trial/run-trial.ts'
import { findModel } from '../src/weights/catalog.ts'
import { hashFile } from '../src/weights/hash-file.ts'

/**
 * Records the table of real trials that searches are compared on (packages/search/bench/golden/head-table-DATASET.json): every head
 * recipe of a full grid, trained by the engine on MobileNetV2's features of a shared dataset. No benchmark by itself:
 * `node --import tsx packages/core/bench/record-head-table.ts birds|leaves|sign_digits [SHARED FOLDER]`; minutes.
 */
const dataset = process.argv[2] ?? 'birds'
const shared = process.argv[3] ?? fileURLToPath(new URL('../../../../shared', import.meta.url))
const epochs = 12
const axes = {
  learningRate: [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03],
  optimizer: ['SGD', 'RMSprop', 'Adam', 'AdamW'],
  batchSize: [16, dataset === 'leaves' ? 32 : 64],
  /** 0: no dense layer, and then no dropout either. */
  units: [0, 64, 256, 1024],
  dropout: [0, 0.25, 0.5],
} as const

interface Row { learningRate: number; optimizer: string; batchSize: number; units: number; dropout?: number }

function rows(): Row[] {
  const all: Row[] = []
  for (const learningRate of axes.learningRate)
    for (const optimizer of axes.optimizer)
      for (const batchSize of axes.batchSize)
        for (const units of axes.units) {
          if (units === 0) all.push({ learningRate, optimizer, batchSize, units })
          else for (const dropout of axes.dropout) all.push({ learningRate, optimizer, batchSize, units, dropout })
        }
  return all
}

function recipeOf({ learningRate, optimizer, batchSize, units, dropout }: Row) {
  return recipeSchema.parse({
    name: 'head table',
    phases: [{ kind: 'feature-extraction', epochs, batchSize, optimizer: { name: optimizer, learningRate, ...(optimizer === 'SGD' && { momentum: 0.9 }) } }],
    head: { pooling: 'average', dense: units === 0 ? [] : [{ units, activation: 'relu', dropout }] },
  })
}

/** Birds and leaves have no training folder: `validate` is trained on, and `test` validates (the test part repeats it; no figure of it is kept). */
function testValidates(manifest: DatasetManifest): DatasetManifest {
  const images = manifest.images.flatMap((image) => (image.split === 'test' ? [{ ...image, split: 'validation' as const }, image] : [{ ...image, split: 'train' as const }]))
  return { ...manifest, images }
}

const source = await openFolder(path.join(shared, 'datasets', dataset))
const imported = await importDataset({ source, splitRule: 'folders', seed: 0 })
const manifest = dataset === 'sign_digits' ? imported.manifest : testValidates(imported.manifest)
const weights = path.join(shared, 'models/keras_mobilenet_v2_1.0_224/mobilenet_v2_1.0_224.h5')
const weightFile = { path: weights, info: { ...(await hashFile(weights)), format: 'keras-h5' as const, includeTop: true, source: 'mobilenet_v2_1.0_224.h5', licence: 'Apache-2.0', trainedOn: 'ImageNet' } }
const runtime = await createOnnxRuntime()
const features = createMemoryFeatureStore()
const short = (value: number): number => Number(value.toPrecision(4))

const trials = []
for (const row of rows()) {
  const curves: Record<string, number[]> = { 'validation/loss': [], 'validation/accuracy': [] }
  const { summary } = await runTrial({
    runtime,
    model: findModel('mobilenet-v2').model,
    weightFile,
    manifest,
    recipe: recipeOf(row),
    seed: 0,
    read: (image) => source.read(image.path),
    features,
    onMetrics: (points) => points.forEach(({ name, value }) => curves[name]?.push(short(value))),
  })
  trials.push([row.learningRate, row.optimizer, row.batchSize, row.units, row.dropout ?? null, short(summary.timings.training), curves['validation/loss'], curves['validation/accuracy']])
  if (trials.length % 20 === 0) console.log(`${trials.length} trials`)
}
await source.close()
const counts = (split: string): number => manifest.images.filter((image) => image.split === split).length
const head = { dataset, model: 'mobilenet-v2', epochs, train: counts('train'), validation: counts('validation'), axes, columns: ['learningRate', 'optimizer', 'batchSize', 'units', 'dropout', 'seconds', 'validation/loss by epoch', 'validation/accuracy by epoch'] }
const target = fileURLToPath(new URL(`../../search/bench/golden/head-table-${dataset}.json`, import.meta.url))
await writeFile(target, `${JSON.stringify(head).slice(0, -1)},"trials":[\n${trials.map((trial) => JSON.stringify(trial)).join(',\n')}\n]}\n`)
