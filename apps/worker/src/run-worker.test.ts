import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { augmentationSchema } from '@graft/contracts/recipe/augmentation'
import { workerProtocolVersion } from '@graft/contracts/worker-protocol'
import { runWorker } from './run-worker.ts'
import { quickRecipe } from './testing/quick-recipe.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'
import { createUserClient, until, untilFinal, type UserClient } from './testing/user-client.ts'
import { noisyImage, writeImageFolder } from './testing/write-image-folder.ts'

// One server and one worker in this process; the jobs of every kind go through them one after another.
let server: TestServer
let user: UserClient
const stop = new AbortController()
let worker: Promise<unknown>
const log: string[] = []

beforeAll(async () => {
  server = await startTestServer()
  user = createUserClient(server.address, server.userToken)
  await writeImageFolder(path.join(server.folder, 'shapes'), ['circle', 'square', 'star'], 12)
  worker = runWorker({ server: server.address, token: server.workerToken, name: 'tester', cacheFolder: path.join(server.folder, 'cache'), threads: 2, signal: stop.signal, log: (line) => log.push(line) })
})
afterAll(async () => {
  stop.abort()
  await worker
  await server.close()
})

test('registers, and tells the catalog with what is available', async () => {
  const models = await until(async () => {
    const list = await user.api.model.list.query()
    return list.length > 0 && list
  })
  const states = new Map(models.map((model) => [model.id, model.availability.state]))
  expect(states.get('three-layer-convnet')).toBe('from-scratch')
  expect(states.get('mobilenet-v2')).toBe('bundled')
  const workers = await until(async () => {
    const list = await user.api.worker.list.query()
    return list.length > 0 && list
  })
  expect(workers).toMatchObject([{ name: 'tester', state: 'online', jobs: [], slots: 1, labels: { device: 'cpu', platform: `${process.platform}-${process.arch}` } }])
})

test('imports files: a version, images and thumbnails in the storage, the report', async () => {
  const importId = await user.importFolder('shapes', path.join(server.folder, 'shapes'))
  const view = await untilFinal(() => user.api.import.get.query({ importId }))
  expect(view).toMatchObject({ state: 'finished', error: null, dataset: { name: 'shapes', unchanged: false } })
  const images = await server.db.datasetImage.findMany({ where: { version: { dataset: { name: 'shapes' } } } })
  expect(images).toHaveLength(36)
  const thumbnail = await fetch(`${server.address}/api/images/${images[0]!.sha256}/thumbnail`, { headers: { authorization: `Bearer ${server.userToken}` } })
  expect([thumbnail.status, thumbnail.headers.get('content-type')]).toEqual([200, 'image/webp'])
})

test('imports a zip; the same content is the same version', async () => {
  const files: Record<string, Uint8Array> = {}
  for (const name of ['circle', 'square', 'star']) for (let index = 0; index < 12; index++) files[`shapes/${name}/${index}.png`] = await readFile(path.join(server.folder, 'shapes', name, `${index}.png`))
  const importId = await user.importArchive('zipped', zipSync(files))
  const view = await untilFinal(() => user.api.import.get.query({ importId }))
  expect(view.error).toBeNull()
  const [a, b] = await Promise.all(['shapes', 'zipped'].map((name) => user.api.dataset.get.query({ name })))
  expect(a!.version).toBe(b!.version)
})

test('an import that cannot become a dataset fails with its reason', async () => {
  const importId = await user.importArchive('one class', zipSync({ 'circle/0.png': await noisyImage(0, 0), 'circle/1.png': await noisyImage(0, 1) }))
  const view = await untilFinal(() => user.api.import.get.query({ importId }))
  expect(view).toMatchObject({ state: 'failed', dataset: null, error: { code: 'invalid_input' } })
  expect(view.error?.message).toMatch(/class/)
})

test('an archive whose paths lead elsewhere is refused, and nothing of it stays in the storage', async () => {
  const archive = zipSync({ '../evil/0.png': await noisyImage(0, 0), 'circle/1.png': await noisyImage(0, 1) })
  const importId = await user.importArchive('evil', archive)
  expect(await untilFinal(() => user.api.import.get.query({ importId }))).toMatchObject({ state: 'failed', dataset: null })
  const sha256 = createHash('sha256').update(archive).digest('hex')
  const stored = async () => (await readdir(path.join(server.folder, 'storage'), { recursive: true })).some((name) => name.includes(sha256))
  await until(async () => !(await stored()))
})

test('trains a trial: metrics of every epoch, predictions, artifacts and the summary are recorded', async () => {
  const { sweepId } = await user.api.sweep.create.mutate({ datasets: ['shapes'], models: ['three-layer-convnet'], recipe: quickRecipe(3), seeds: [0] })
  const [trial] = (await user.api.sweep.get.query({ id: sweepId })).trials
  const view = await untilFinal(() => user.api.trial.get.query({ id: trial!.id }))
  expect(view).toMatchObject({ state: 'finished', error: null, attempt: 1, attempts: [{ number: 1, state: 'finished', worker: 'tester' }] })
  expect(view.summary?.epochs).toBe(3)
  const metrics = await server.db.epochMetric.findMany({ where: { trialId: view.id } })
  expect(metrics).toHaveLength(15)
  const [detail, predictions] = await Promise.all([user.api.dataset.get.query({ name: 'shapes' }), server.db.prediction.groupBy({ by: ['split'], where: { trialId: view.id }, _count: true })])
  expect(Object.fromEntries(predictions.map((group) => [group.split, group._count]))).toEqual({ validation: detail.bySplit.validation, test: detail.bySplit.test })
  expect(view.artifacts.map((artifact) => artifact.kind).toSorted()).toEqual(['predictions-csv', 'weights'])
  for (const artifact of view.artifacts) {
    const response = await fetch(`${server.address}/api/artifacts/${artifact.id}`, { headers: { authorization: `Bearer ${server.userToken}` } })
    expect((await response.arrayBuffer()).byteLength).toBe(artifact.bytes)
  }
})

test('a second trial on the bundled trunk reuses all features; predicts and exports with it', async () => {
  const { sweepId } = await user.api.sweep.create.mutate({ datasets: ['shapes'], models: ['mobilenet-v2'], recipe: quickRecipe(5), seeds: [0, 1] })
  const ids = (await user.api.sweep.get.query({ id: sweepId })).trials.map((trial) => trial.id)
  const [first, second] = await Promise.all(ids.map((id) => untilFinal(() => user.api.trial.get.query({ id }))))
  expect([first!.error, second!.error]).toEqual([null, null])
  expect(first!.summary!.features).toMatchObject({ reused: 0, computed: 36 })
  expect(second!.summary!.features).toMatchObject({ reused: 36, computed: 0 })

  const image = await user.upload(await noisyImage(1, 99))
  const text = await user.upload(Buffer.from('no image'))
  const { id } = await user.api.prediction.create.mutate({ trialId: first!.id, images: [{ path: 'new.png', ...image }, { path: 'notes.txt', ...text }] })
  const prediction = await untilFinal(() => user.api.prediction.get.query({ id }))
  expect(prediction.predictions?.[0]).toMatchObject({ path: 'new.png', error: null })
  expect(prediction.predictions?.[0]?.classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 4)
  expect(prediction.predictions?.[1]).toMatchObject({ path: 'notes.txt', classes: [], error: expect.stringMatching(/./) })

  const { jobId } = await user.api.trial.export.mutate({ id: first!.id })
  expect(await untilFinal(() => user.api.job.get.query({ id: jobId }))).toMatchObject({ state: 'finished', error: null })
  const kinds = (await user.api.trial.get.query({ id: first!.id })).artifacts.map((artifact) => artifact.kind)
  expect(kinds).toEqual(expect.arrayContaining(['onnx', 'labels', 'model-card']))
})

test('quick check: five ImageNet labels of one sample a class', async () => {
  const { id } = await user.api.quickCheck.create.mutate({ dataset: 'shapes', model: 'mobilenet-v2' })
  const view = await untilFinal(() => user.api.quickCheck.get.query({ id }))
  expect(view.error).toBeNull()
  expect(view.samples?.map((sample) => [sample.classIndex, sample.top.length])).toEqual([[0, 5], [1, 5], [2, 5]])
})

test('augmentation preview: 16 pictures, class after class, that are shown; asked again it is the same', async () => {
  const augmentation = augmentationSchema.parse({ rotation: 20, horizontalFlip: true })
  const { id } = await user.api.augmentationPreview.create.mutate({ dataset: 'shapes', augmentation })
  const view = await untilFinal(() => user.api.augmentationPreview.get.query({ id }))
  expect(view).toMatchObject({ state: 'finished', error: null, classes: ['circle', 'square', 'star'] })
  expect(view.images?.map(({ classIndex }) => classIndex)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0])
  const picture = await fetch(`${server.address}/api/images/${view.images![0]!.sha256}/thumbnail`, { headers: { authorization: `Bearer ${server.userToken}` } })
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/webp'])
  expect(await user.api.augmentationPreview.create.mutate({ dataset: 'shapes', augmentation })).toEqual({ id })
  expect(await user.api.augmentationPreview.create.mutate({ dataset: 'shapes', augmentation: { ...augmentation, rotation: 30 } })).not.toEqual({ id })
})

test('waits for a server that restarts, then goes on', async () => {
  await server.down()
  await until(async () => log.some((line) => line.includes('cannot be reached')))
  await server.up()
  const { sweepId } = await user.api.sweep.create.mutate({ datasets: ['shapes'], models: ['mobilenet-v2'], recipe: quickRecipe(2), seeds: [0] })
  const [trial] = (await user.api.sweep.get.query({ id: sweepId })).trials
  expect(await untilFinal(() => user.api.trial.get.query({ id: trial!.id }))).toMatchObject({ state: 'finished' })
})

test('a worker without a valid token is refused at once', async () => {
  const options = { server: server.address, name: 'stranger', cacheFolder: path.join(server.folder, 'stranger'), signal: AbortSignal.timeout(60_000), log: () => undefined }
  await expect(runWorker({ ...options, token: 'graft_w_wrong' })).rejects.toMatchObject({ code: 'unauthorized' })
  await expect(runWorker({ ...options, token: server.userToken })).rejects.toMatchObject({ code: 'forbidden' })
})

test('a worker of another protocol version is refused with what to do', async () => {
  const environment = (await user.api.worker.list.query())[0]!.environment
  const response = await fetch(`${server.address}/api/trpc/worker.register`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.workerToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ json: { name: 'old', protocolVersion: workerProtocolVersion + 1, environment } }),
  })
  const report = ((await response.json()) as { error: { json: { data: { report: { message: string; hint: string } } } } }).error.json.data.report
  expect(report.message).toMatch(/version/)
  expect(report.hint.length).toBeGreaterThan(10)
})
