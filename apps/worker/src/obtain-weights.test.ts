import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DatasetManifest } from '@graft/contracts/dataset'
import { modelDescriptionSchema, type WeightsInfo } from '@graft/contracts/model'
import { writeKerasH5 } from '@graft/core/export/write-keras-h5'
import { buildNetwork } from '@graft/core/network/build'
import { createOnnxRuntime } from '@graft/core/runtime/onnx/onnx-runtime'
import { recordCached } from '@graft/core/weights/cached-weights'
import { findModel } from '@graft/core/weights/catalog'
import { hashFile } from '@graft/core/weights/hash-file'
import { initializeWeights } from '@graft/core/weights/initialize'
import { createCacheBound } from '@graft/storage/cache-bound'
import { createLocalBlobStore } from '@graft/storage/local-blob-store'
import type { JobContext } from './job-context.ts'
import { runQuickCheck } from './jobs/quick-check.ts'
import { obtainWeights } from './obtain-weights.ts'
import { createThreadRuntime, type ThreadRuntime } from './runtime/thread-runtime.ts'
import { noisyImage } from './testing/write-image-folder.ts'
import { standInForWeightsSite } from './testing/weights-site.ts'

// VGG16's place in the catalog (a file without its top to train on, another with it for the quick check) with a network of 1.9 MB
// in it: real files in Keras's layout, of a MobileNet a quarter as wide.
const small = { architecture: 'MobileNet', alpha: 0.25, inputSize: [32, 32] as [number, number] } as const
const model = modelDescriptionSchema.parse({ ...findModel('vgg16').model, architecture: small.architecture, alpha: small.alpha, preprocessing: { mode: 'tf', inputSize: small.inputSize } })
/** The label that the classifier of the tests always finds most probable. */
const goldenRetriever = 207

let graphs: ThreadRuntime
beforeAll(async () => {
  graphs = await createThreadRuntime({ threads: 1 })
})
afterAll(() => graphs.close())

let folder: string
let context: JobContext
let files: { withTop: { path: string; info: WeightsInfo }; without: { path: string; info: WeightsInfo } }
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'graft-obtain-'))
  await mkdir(path.join(folder, 'cache', 'models', 'vgg16'), { recursive: true })
  context = {
    graphs,
    runtime: await createOnnxRuntime({ graphs }),
    blobs: createLocalBlobStore(path.join(folder, 'storage')),
    features: { read: async () => ({ features: new Map(), secondsEach: 0 }), write: async () => {} },
    cacheFolder: path.join(folder, 'cache'),
    cacheBound: createCacheBound(1e12, []),
    progress: () => {},
    metrics: () => {},
    checkpoint: async () => {},
    invite: () => {},
    microbatch: () => {},
    admit: async (bytes) => bytes,
    log: () => {},
    signal: new AbortController().signal,
    stopAtCheckpoint: new AbortController().signal,
  }
  files = { withTop: await weightFile(true), without: await weightFile(false) }
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function weightFile(includeTop: boolean): Promise<{ path: string; info: WeightsInfo }> {
  const network = buildNetwork({ ...small, includeTop })
  const weights = initializeWeights(network, 1)
  const classifier = weights.get('conv_preds')
  if (classifier) classifier['bias']!.data[goldenRetriever] = 20
  const file = path.join(folder, 'cache', 'models', 'vgg16', `vgg16_weights${includeTop ? '' : '_notop'}.h5`)
  await writeKerasH5({ network, weights }, file)
  const { sha256, bytes } = await hashFile(file)
  return { path: file, info: { sha256, bytes, format: 'keras-h5', includeTop, source: 'https://example.org', licence: 'CC BY 4.0', trainedOn: 'ImageNet' } }
}

const place = (file: { path: string; info: WeightsInfo }) => recordCached(file.path, { info: file.info, addedByHand: false, at: 1 })

async function checkShapes(weights: WeightsInfo | null) {
  const image = await noisyImage(0, 0)
  const { sha256, bytes } = await context.blobs.write(image)
  const manifest: DatasetManifest = {
    fingerprint: '0'.repeat(64),
    classes: ['circle', 'square'],
    splitRule: '80/10/10',
    seed: 0,
    images: [0, 1].map((classIndex) => ({ sha256, path: `${classIndex}.png`, classIndex, split: 'train', width: 48, height: 48, bytes, perceptualHash: '0'.repeat(16) })),
  }
  const stored = await context.blobs.write(Buffer.from(JSON.stringify(manifest)))
  return runQuickCheck({ kind: 'quick-check', model, weights, datasetVersion: manifest.fingerprint, manifest: stored.sha256 }, context)
}

const bothAreGoldenRetrievers = { samples: [0, 1].map((classIndex) => ({ classIndex, top: [{ className: 'golden retriever', probability: expect.closeTo(1, 3) }, {}, {}, {}, {}] })) }

test('a quick check takes the file with its top from the cache, though the server names the one without, and gives it to the server', async () => {
  await place(files.without)
  await place(files.withTop)
  expect(await checkShapes(files.without.info)).toMatchObject(bothAreGoldenRetrievers)
  expect(await context.blobs.has(files.withTop.info.sha256)).toBe(true)
})

test('training takes the file that the server names, without a look at the other', async () => {
  await place(files.without)
  await place(files.withTop)
  expect(await obtainWeights({ model, weights: files.without.info }, context)).toEqual(files.without)
})

test('a file with its top that only the server has is fetched from there', async () => {
  await context.blobs.write(await readFile(files.withTop.path))
  await rm(files.withTop.path)
  await place(files.without)
  expect(await checkShapes(files.withTop.info)).toMatchObject(bothAreGoldenRetrievers)
})

test('the file with its top is asked for under its official name; what cannot be had says what to place where', async () => {
  await place(files.without)
  const site = await standInForWeightsSite(() => new Response('gone', { status: 404 }))
  await expect(checkShapes(files.without.info)).rejects.toMatchObject({
    code: 'unavailable',
    field: 'model',
    hint: expect.stringMatching(/vgg16_weights_tf_dim_ordering_tf_kernels\.h5 on another machine and run "graft models add .*models\/vgg16/),
  })
  expect(site.asked).toEqual(['/tensorflow/keras-applications/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5'])
  await site.close()
})
