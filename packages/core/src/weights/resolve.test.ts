import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { modelDescriptionSchema, weightsInfoSchema } from '@graft/contracts/model'
import { buildNetwork } from '../network/build.ts'
import { layerShapes } from '../network/shapes.ts'
import { catalog, findModel } from './catalog.ts'
import { imagenetLabels } from './imagenet-labels.ts'
import { initializeWeights } from './initialize.ts'
import { loadWeightFile } from './load.ts'
import { addWeightFile, availability, resolveWeights } from './resolve.ts'
import { writeSafetensors } from './safetensors.ts'

let cacheFolder: string
beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'graft-cache-'))
})
afterEach(() => rm(cacheFolder, { recursive: true, force: true }))

/** What fetch does without a connection. */
const offline = (() => Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') }))) as typeof fetch

/** MobileNet with random weights as a safetensors file. */
async function mobilenetFile(includeTop: boolean, seed = 1): Promise<string> {
  const weights = initializeWeights(buildNetwork({ architecture: 'MobileNet', inputSize: [224, 224], includeTop }), seed)
  const tensors = Object.fromEntries([...weights].flatMap(([layer, own]) => Object.entries(own).map(([name, tensor]) => [`${layer}/${name}`, tensor])))
  const path = join(cacheFolder, `mobilenet-${includeTop}-${seed}.safetensors`)
  await writeFile(path, writeSafetensors(tensors))
  return path
}

test('every entry is a valid description whose feature layer puts out an image, and the ids differ', () => {
  for (const { model, weights } of catalog) {
    expect(modelDescriptionSchema.parse(model)).toEqual(model)
    expect(model.pretrained).toBe(weights !== null)
    if (model.architecture === 'custom-cnn') continue // its layers are the recipe's
    const network = buildNetwork({ architecture: model.architecture, alpha: model.alpha, inputSize: model.preprocessing.inputSize, includeTop: false })
    expect(layerShapes(network).get(model.featureLayer)).toHaveLength(3)
  }
  expect(new Set(catalog.map(({ model }) => model.id)).size).toBe(catalog.length)
})

test('an unknown model is an error that lists the known ones', () => {
  expect(() => findModel('__proto__')).toThrow(expect.objectContaining({ code: 'not_found', hint: expect.stringContaining('mobilenet-v2') as string }))
})

test('there are 1000 labels, all different', () => {
  expect(new Set(imagenetLabels).size).toBe(1000)
  expect([imagenetLabels[0], imagenetLabels[207], imagenetLabels[999]]).toEqual(['tench', 'golden retriever', 'toilet tissue'])
})

test('a baseline has no weights', async () => {
  expect(await resolveWeights('three-layer-convnet', { cacheFolder })).toBeNull()
  expect(await availability('three-layer-convnet', cacheFolder)).toEqual({ state: 'from-scratch', reason: null })
})

test('the bundled model is what the catalog says', async () => {
  const resolved = await resolveWeights('mobilenet-v2', { cacheFolder, fetch: offline })
  const bytes = await readFile(resolved!.path)
  expect(weightsInfoSchema.parse(resolved!.info)).toMatchObject({ sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, includeTop: true })
  expect(await availability('mobilenet-v2', cacheFolder)).toEqual({ state: 'bundled', reason: null })
})

test('offline: the error names the model, the file and what to do with it', async () => {
  // What waits between attempts is not what this test is about.
  const stop = AbortSignal.timeout(60_000)
  await expect(resolveWeights('vgg16', { cacheFolder, fetch: offline, signal: stop })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('VGG16') as string,
    hint: expect.stringMatching(/vgg16_weights_tf_dim_ordering_tf_kernels_notop\.h5.*graft models add/) as string,
  })
  expect(await availability('vgg16', cacheFolder)).toMatchObject({ state: 'downloadable', reason: expect.stringContaining('graft models add') as string })
}, 30_000)

test('a file whose hash is not the published one is not used', async () => {
  const answer = (() => Promise.resolve(new Response('<html>log in to this network</html>', { headers: { etag: '"x"' } }))) as typeof fetch
  await expect(resolveWeights('xception', { cacheFolder, fetch: answer })).rejects.toMatchObject({ code: 'mismatch' })
  expect(await readdir(join(cacheFolder, 'xception'))).toEqual([])
})

test('without a published hash at least layers and shapes are checked', async () => {
  const answer = (() => Promise.resolve(new Response('<html>log in to this network</html>'))) as typeof fetch
  await expect(resolveWeights('mobilenet', { cacheFolder, fetch: answer })).rejects.toMatchObject({ code: 'mismatch' })
  expect(await readdir(join(cacheFolder, 'mobilenet'))).toEqual([])
})

test('a downloaded file is cached with what it is', async () => {
  // MobileNet's file has no published hash: any file with its layers and shapes passes.
  const bytes = await readFile(await mobilenetFile(true))
  let requests = 0
  const answer = (() => Promise.resolve(new Response(bytes, { headers: { 'content-length': String(bytes.length) } })).finally(() => requests++)) as typeof fetch
  const first = await resolveWeights('mobilenet', { cacheFolder, fetch: answer })
  expect(first!.info).toMatchObject({ trainedOn: 'ImageNet', bytes: bytes.length, includeTop: true, source: expect.stringContaining('storage.googleapis.com') as string })
  expect(await resolveWeights('mobilenet', { cacheFolder, fetch: offline })).toEqual(first)
  expect(await availability('mobilenet', cacheFolder)).toEqual({ state: 'cached', reason: null })
  expect(requests).toBe(1)
  // Damaged on the disk: fetched again.
  await truncate(first!.path, 1000)
  expect((await availability('mobilenet', cacheFolder)).state).toBe('downloadable')
  expect(await resolveWeights('mobilenet', { cacheFolder, fetch: answer })).toEqual(first)
})

test('an added file is recognised by its layers and then used', async () => {
  const file = await mobilenetFile(false)
  const added = await addWeightFile(file, { cacheFolder })
  expect(added).toMatchObject({ modelId: 'mobilenet', info: { format: 'safetensors', includeTop: false, trainedOn: expect.stringContaining('by the word') as string } })
  expect(await resolveWeights('mobilenet', { cacheFolder, fetch: offline })).toEqual({ path: added.path, info: added.info })
  expect(existsSync(file)).toBe(true)
  // With its top asked for, an added file with a top goes before it.
  const withTop = await addWeightFile(await mobilenetFile(true, 2), { cacheFolder })
  expect(withTop.info.includeTop).toBe(true)
  expect((await resolveWeights('mobilenet', { cacheFolder, fetch: offline, includeTop: true }))!.path).toBe(withTop.path)
})

test('a file that fits no model, or not the one named, is refused and leaves nothing', async () => {
  const weights = initializeWeights(buildNetwork({ architecture: 'MobileNetV2', alpha: 0.35, inputSize: [96, 96], includeTop: false }), 0)
  const path = join(cacheFolder, 'other.safetensors')
  await writeFile(path, writeSafetensors(Object.fromEntries([...weights].flatMap(([layer, own]) => Object.entries(own).map(([name, tensor]) => [`${layer}/${name}`, tensor])))))
  await expect(addWeightFile(path, { cacheFolder })).rejects.toMatchObject({ code: 'mismatch', hint: expect.stringContaining('resnet50') as string })
  await expect(addWeightFile(await mobilenetFile(false), { cacheFolder, modelId: 'vgg16' })).rejects.toMatchObject({ code: 'mismatch', message: expect.stringContaining('block1_conv1') as string })
  await expect(addWeightFile(path, { cacheFolder, modelId: 'mobilenet-v2' })).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(addWeightFile(cacheFolder, { cacheFolder })).rejects.toMatchObject({ code: 'unsupported' })
  expect((await readdir(cacheFolder)).filter((name) => !name.endsWith('.safetensors'))).toEqual([])
})

test('the model of the npm package is turned into one file, once', async () => {
  const [first, second] = await Promise.all([resolveWeights('inception-v3-nsfwjs', { cacheFolder }), resolveWeights('inception-v3-nsfwjs', { cacheFolder })])
  expect(second).toEqual(first)
  expect(first!.info).toMatchObject({ format: 'graft', licence: 'MIT', includeTop: false, trainedOn: expect.stringContaining('indecent') as string })
  const network = buildNetwork({ architecture: 'InceptionV3', inputSize: [299, 299], includeTop: false })
  const { weights } = await loadWeightFile(first!.path, network)
  // The package holds 8-bit integers: a tensor of 864 values has at most 256 different ones.
  expect(new Set(weights.get('conv2d')!['kernel']!.data).size).toBeLessThanOrEqual(256)
  for (const variance of weights.get('batch_normalization_93')!['moving_variance']!.data) expect(variance).toBeGreaterThan(0)
}, 120_000)
