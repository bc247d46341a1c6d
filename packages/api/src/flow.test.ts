import { randomUUID } from 'node:crypto'
import { intervalOverSeedsAndImages } from '@graft/statistics/accuracy-interval'
import { linearProbeRecipe } from '@graft/contracts/recipe/presets'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimNow, fakeJpeg, importDataset, inSmallBatches, makeManifest, makeTrialResult, registerWorker, smallRecipe, sweepOf, syncModels } from './testing/fixtures.ts'
import { createTestServer, sha256Of, type TestServer } from './testing/test-server.ts'

let server: TestServer
let workerId: string
const birds = makeManifest(10)

beforeAll(async () => {
  server = await createTestServer()
  await syncModels(server)
  workerId = await registerWorker(server)
})
afterAll(() => server.close())

/** Trains whatever trials wait; `isCorrect` decides the answers. Returns (model, seed) in the order in which they went. */
async function trainAll(isCorrect: (model: string, seed: number, index: number) => boolean): Promise<string[]> {
  const order: string[] = []
  for (;;) {
    const { job } = await server.worker.worker.claim({ workerId, claimId: randomUUID(), kinds: ['trial'], waitSeconds: 0 })
    if (job?.payload.kind !== 'trial') return order
    const { model, seed } = job.payload
    order.push(`${model.id} ${seed}`)
    const { sha256, bytes } = await server.server.blobs.write(Buffer.from(`trained ${model.id} ${seed}`))
    const result = makeTrialResult(birds, (image, index) => image.split !== 'test' || isCorrect(model.id, seed, index))
    await server.worker.worker.finish({ jobId: job.jobId, attempt: job.attempt, workerId, result: { ...result, artifacts: [{ kind: 'weights', name: 'weights.safetensors', sha256, bytes }] } })
  }
}

test('an import becomes a dataset with its images and its report', async () => {
  const issues = [{ kind: 'corrupt' as const, path: 'cat/bad.jpg', reason: 'No decoder reads it.', related: [] }]
  const importId = await importDataset(server, workerId, 'birds', birds, issues)
  expect(await server.user.import.get({ importId })).toMatchObject({ state: 'finished', filesReceived: 1, error: null, dataset: { name: 'birds', version: birds.fingerprint, unchanged: false }, issueCounts: { corrupt: 1 } })
  expect(await server.user.dataset.list()).toMatchObject([{ name: 'birds', versionCount: 1, images: 60, bySplit: { train: 20, validation: 20, test: 20 }, samples: [{ classIndex: 0 }, { classIndex: 1 }] }])
  const detail = await server.user.dataset.get({ name: 'birds' })
  expect(detail.balance).toEqual([
    { classIndex: 0, className: 'cat', bySplit: { train: 10, validation: 10, test: 10 } },
    { classIndex: 1, className: 'dog', bySplit: { train: 10, validation: 10, test: 10 } },
  ])
  expect(detail.report).toMatchObject({ filesFound: 61, imagesKept: 60, issueCounts: { corrupt: 1 }, notes: ['One hidden file was passed over.'] })
  const first = await server.user.dataset.images({ version: birds.fingerprint, classIndex: 1, split: 'test', limit: 7 })
  const second = await server.user.dataset.images({ version: birds.fingerprint, classIndex: 1, split: 'test', limit: 7, cursor: first.nextCursor })
  expect([...first.items, ...second.items].map(({ path }) => path)).toEqual(birds.images.filter(({ classIndex, split }) => classIndex === 1 && split === 'test').map(({ path }) => path))
  expect(second).toMatchObject({ nextCursor: null, total: 10 })
  expect(await server.user.dataset.issues({ version: birds.fingerprint, kind: 'corrupt' })).toEqual({ items: issues, total: 1, nextCursor: null })
})

test('the same content again is unchanged; other content under the name is a new version', async () => {
  const again = await importDataset(server, workerId, 'birds', birds)
  expect(await server.user.import.get({ importId: again })).toMatchObject({ dataset: { unchanged: true } })
  const more = makeManifest(10, 'more')
  await importDataset(server, workerId, 'birds', more)
  expect(await server.user.dataset.get({ name: 'birds' })).toMatchObject({ version: more.fingerprint, versionCount: 2, versions: [{ fingerprint: more.fingerprint }, { fingerprint: birds.fingerprint }] })
  await importDataset(server, workerId, 'birds', birds) // the name means what was imported last
  expect(await server.user.dataset.get({ name: 'birds' })).toMatchObject({ version: birds.fingerprint, versionCount: 2 })
})

test('a manifest that contradicts itself leaves nothing behind', async () => {
  const wrong = makeManifest(1, 'wrong')
  wrong.images[0]!.classIndex = 7
  await expect(importDataset(server, workerId, 'wrong', wrong)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  expect((await server.user.dataset.list()).map(({ name }) => name)).toEqual(['birds'])
  const [job] = (await server.user.worker.list()).map((each) => each.jobs[0])
  await server.worker.worker.fail({ jobId: job!.id, attempt: 1, workerId, error: { code: 'invalid_input', message: 'Contradiction.' }, retryable: false })
})

test('the catalog is what workers tell; the storage’s weights are known from then on', async () => {
  const models = await server.user.model.list()
  expect(models.map(({ id, availability }) => [id, availability.state])).toEqual([['mobilenet-v2', 'bundled'], ['three-layer-convnet', 'from-scratch'], ['vgg16', 'unavailable']])
  const { sha256, bytes } = (await (await server.fetch('/api/uploads/blob', { method: 'POST', body: 'weights of vgg16', token: server.userToken })).json()) as { sha256: string; bytes: number }
  const weights = { sha256, bytes, format: 'keras-h5' as const, includeTop: false, source: 'file', licence: 'MIT', trainedOn: 'ImageNet' }
  await expect(server.user.model.registerWeights({ modelId: 'vgg16', weights: { ...weights, bytes: 1 } })).rejects.toMatchObject({ code: 'UNPROCESSABLE_CONTENT' })
  await server.user.model.registerWeights({ modelId: 'vgg16', weights })
  await syncModels(server) // a worker without them changes nothing
  expect((await server.user.model.list())[2]).toMatchObject({ availability: { state: 'cached', reason: null }, weightsSha256: sha256 })
})

test('a quick check goes to a worker and comes back; one of a model without its top is refused', async () => {
  const { id } = await server.user.quickCheck.create({ dataset: 'birds', model: 'mobilenet-v2' })
  expect(await server.user.quickCheck.create({ dataset: 'birds', model: 'mobilenet-v2' })).toEqual({ id }) // not twice
  const job = await claimNow(server, workerId, ['quick-check'])
  expect(job.payload).toMatchObject({ kind: 'quick-check', datasetVersion: birds.fingerprint, weights: null })
  const samples = [{ classIndex: 0, sha256: birds.images[0]!.sha256, path: 'cat/x.jpg', top: [{ className: 'tabby', probability: 0.7 }] }]
  await server.worker.worker.finish({ jobId: job.jobId, attempt: 1, workerId, result: { kind: 'quick-check', samples } })
  expect(await server.user.quickCheck.latest({ dataset: 'birds' })).toMatchObject([{ id, state: 'finished', model: 'mobilenet-v2', samples }])
  await expect(server.user.quickCheck.create({ dataset: 'birds', model: 'three-layer-convnet' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

test('a sweep is launched, trained and read off the leaderboard', async () => {
  const request = sweepOf(['birds'], ['mobilenet-v2', 'three-layer-convnet'], [0, 1, 2])
  expect(await server.user.sweep.estimate(request)).toMatchObject({ trials: 6, alreadyDone: 0, basis: 'assumed', workers: 1 })
  const { sweepId, ...created } = await server.user.sweep.create(request)
  expect(created).toEqual({ trials: 6, alreadyDone: 0 })
  expect((await server.user.leaderboard.get()).cells).toMatchObject([{ accuracy: null, queued: 3 }, { accuracy: null, queued: 3 }])
  // MobileNetV2 is right on all but one or two of the 20; the network from scratch on half.
  const isRight = (model: string, seed: number, index: number): boolean => (model === 'mobilenet-v2' ? index % 20 > (seed === 1 ? 1 : 0) : index % 2 === 0)
  expect(await trainAll(isRight)).toEqual([0, 1, 2].flatMap((seed) => [`mobilenet-v2 ${seed}`, `three-layer-convnet ${seed}`])) // the first seed of each cell first
  const sweep = await server.user.sweep.get({ id: sweepId })
  expect(sweep).toMatchObject({ counts: { finished: 6, queued: 0 }, secondsLeft: 0, recipe: smallRecipe, datasets: ['birds'] })
  expect((await server.user.sweep.list()).items).toMatchObject([{ id: sweepId, recipeName: smallRecipe.name }])

  const board = await server.user.leaderboard.get()
  const [mobilenet, scratch] = board.cells
  const testImages = makeTrialResult(birds, () => true).predictions.flatMap(({ split }, index) => (split === 'test' ? [index] : []))
  const answers = (model: string) => [0, 1, 2].map((seed) => testImages.map((index) => isRight(model, seed, index)))
  expect(mobilenet).toMatchObject({ dataset: 'birds', datasetVersion: birds.fingerprint, model: 'mobilenet-v2', seeds: [0, 1, 2], images: 20, seconds: 10, queued: 0, failed: 0, tiedWithBest: true })
  expect(mobilenet).toMatchObject(intervalOverSeedsAndImages(answers('mobilenet-v2')))
  expect(scratch).toMatchObject({ ...intervalOverSeedsAndImages(answers('three-layer-convnet')), tiedWithBest: false })
  expect(board.datasets).toEqual([{ name: 'birds', version: birds.fingerprint, classes: 2, images: 60, testImages: 20 }])
  expect((await server.user.leaderboard.get({ recipe: smallRecipe.name })).cells).toHaveLength(2)
  await expect(server.user.leaderboard.get({ recipe: 'other' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('points that are trained already are linked, not trained again, whatever the recipe is called', async () => {
  const request = { ...sweepOf(['birds'], ['mobilenet-v2'], [0, 1, 2, 3]), recipe: { ...smallRecipe, name: 'mine' } }
  expect(await server.user.sweep.estimate(request)).toMatchObject({ trials: 4, alreadyDone: 3, basis: 'measured' })
  const { sweepId, ...created } = await server.user.sweep.create(request)
  expect(created).toEqual({ trials: 4, alreadyDone: 3 })
  expect(await trainAll(() => true)).toEqual(['mobilenet-v2 3'])
  expect((await server.user.sweep.get({ id: sweepId })).trials.map(({ seed, state }) => [seed, state])).toEqual([0, 1, 2, 3].map((seed) => [seed, 'finished']))
})

test('cancelling a sweep leaves what another sweep wants; a new launch queues the rest again', async () => {
  const request = (seeds: number[]) => ({ ...sweepOf(['birds'], ['three-layer-convnet'], seeds), recipe: inSmallBatches(linearProbeRecipe) })
  const first = await server.user.sweep.create(request([0, 1]))
  const second = await server.user.sweep.create(request([1, 2]))
  expect(await server.user.sweep.cancel({ id: first.sweepId })).toEqual({ cancelled: 1 })
  expect((await server.user.sweep.get({ id: first.sweepId })).trials.map(({ state }) => state)).toEqual(['cancelled', 'queued'])
  expect(await server.user.sweep.cancel({ id: second.sweepId })).toEqual({ cancelled: 2 })
  await server.user.sweep.create(request([0, 1, 2]))
  expect(await trainAll(() => false)).toHaveLength(3)
})

test('a trial shows its curves, confusion, predictions and attempts', async () => {
  await server.user.sweep.create(sweepOf(['birds'], ['mobilenet-v2'], [7]))
  const lost = await claimNow(server, workerId, ['trial'])
  const point = (step: number, value: number) => ({ step, name: 'train/loss' as const, value })
  await server.worker.worker.metrics({ jobId: lost.jobId, attempt: 1, workerId, points: [point(1, 9), point(2, 8)] })
  await server.worker.worker.release({ jobId: lost.jobId, attempt: 1, workerId })
  const job = await claimNow(server, workerId, ['trial'])
  if (job.payload.kind !== 'trial') throw new Error('no trial')
  const id = job.payload.trialId
  expect(await server.user.trial.metrics({ id })).toEqual([]) // the first attempt's are gone
  await server.worker.worker.metrics({ jobId: job.jobId, attempt: 2, workerId, points: [point(1, 3), point(1, 2)] })
  expect(await server.user.trial.metrics({ id })).toEqual([point(1, 2)])
  const partial = makeTrialResult(birds, () => true)
  const finish = (result: typeof partial) => server.worker.worker.finish({ jobId: job.jobId, attempt: 2, workerId, result })
  await expect(finish({ ...partial, predictions: partial.predictions.slice(1) })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(finish({ ...partial, predictions: partial.predictions.map((each) => ({ ...each, path: 'elsewhere' })) })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  const weights = { sha256: sha256Of('missing'), bytes: 1, format: 'keras-h5' as const, includeTop: true, source: 'x', licence: 'x', trainedOn: 'ImageNet' }
  await expect(finish({ ...partial, weights })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await server.user.trial.get({ id })).toMatchObject({ state: 'running', summary: null }) // nothing of those was kept
  const blob = await server.server.blobs.write(Buffer.from('fetched weights'))
  await finish({ ...makeTrialResult(birds, (_image, index) => index % 5 !== 0), weights: { ...weights, sha256: blob.sha256, bytes: blob.bytes } })
  expect(await server.user.trial.get({ id })).toMatchObject({ state: 'finished', modelName: 'MOBILENET-V2', classes: ['cat', 'dog'], attempt: 2, attempts: [{ number: 1, state: 'cancelled' }, { number: 2, state: 'finished', worker: 'one' }], summary: { bestEpoch: 2 } })
  expect((await server.user.model.list())[0]).toMatchObject({ weightsSha256: blob.sha256 })
  expect(await server.user.trial.confusion({ id, split: 'test' })).toEqual({ classes: ['cat', 'dog'], counts: [[8, 2], [2, 8]] })
  const worst = await server.user.trial.predictions({ id, split: 'test', order: 'worst', limit: 4 })
  expect(worst.items.every(({ correct }) => !correct)).toBe(true)
  expect(worst.items.map(({ labelProbability }) => labelProbability)).toEqual(worst.items.map(({ labelProbability }) => labelProbability).toSorted((a, b) => a - b))
  expect((await server.user.trial.predictions({ id, split: 'test', onlyWrong: true })).total).toBe(4)
  await expect(server.user.trial.retry({ id })).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(await server.user.trial.cancel({ id })).toEqual({ id, cancelled: false })
})

test('the best trained model classifies an image', async () => {
  const best = await server.user.trial.best({ dataset: 'birds' })
  expect(best).toMatchObject({ model: 'mobilenet-v2', seed: 3, accuracy: 1 })
  expect((await server.user.trial.trained())[0]).toEqual(best)
  const image = fakeJpeg('a bird')
  const { sha256, bytes } = await server.server.blobs.write(image)
  const { id } = await server.user.prediction.create({ trialId: null, dataset: 'birds', images: [{ path: 'bird.jpg', sha256, bytes }] })
  const job = await claimNow(server, workerId, ['predict'])
  expect(job.payload).toMatchObject({ trained: { trialId: best!.trialId, classes: ['cat', 'dog'] } })
  const prediction = { path: 'bird.jpg', sha256, classes: [{ className: 'cat', probability: 1 }], error: null }
  await expect(server.worker.worker.finish({ jobId: job.jobId, attempt: 1, workerId, result: { kind: 'predict', predictions: [] } })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await server.worker.worker.finish({ jobId: job.jobId, attempt: 1, workerId, result: { kind: 'predict', predictions: [prediction] } })
  expect(await server.user.prediction.get({ id })).toMatchObject({ state: 'finished', predictions: [prediction], model: 'MOBILENET-V2' })
  expect((await server.fetch(`/api/images/${sha256}`, { token: server.userToken })).headers.get('content-type')).toBe('image/jpeg')
})

test('an export’s files join the trial', async () => {
  const { trialId } = (await server.user.trial.best({}))!
  const { jobId } = await server.user.trial.export({ id: trialId })
  expect(await server.user.trial.export({ id: trialId })).toEqual({ jobId })
  const job = await claimNow(server, workerId, ['export'])
  const { sha256, bytes } = await server.server.blobs.write(Buffer.from('onnx'))
  const artifacts = [{ kind: 'onnx' as const, name: 'model "1", =cmd.onnx', sha256, bytes }]
  await server.worker.worker.finish({ jobId, attempt: job.attempt, workerId, result: { kind: 'export', artifacts, rescored: { accuracy: 1, largestDifference: 0 } } })
  expect(await server.user.job.get({ id: jobId })).toMatchObject({ state: 'finished' })
  const artifact = (await server.user.trial.get({ id: trialId })).artifacts.find(({ kind }) => kind === 'onnx')!
  const download = await server.fetch(`/api/artifacts/${artifact.id}`, { token: server.userToken })
  expect(await download.text()).toBe('onnx')
  expect(download.headers.get('content-disposition')).toBe(`attachment; filename="model _1__ _cmd.onnx"; filename*=UTF-8''model%20%221%22%2C%20%3Dcmd.onnx`)
})

test('workers are listed with what they do and did', async () => {
  await server.user.sweep.create(sweepOf(['birds'], ['three-layer-convnet'], [9]))
  const job = await claimNow(server, workerId, ['trial'])
  const progress = { stage: 'training', fraction: 0.5, message: 'epoch 1' }
  await server.worker.worker.renew({ jobId: job.jobId, attempt: 1, workerId, progress })
  expect(await server.user.worker.list()).toMatchObject([{ name: 'one', state: 'online', jobs: [{ kind: 'trial', title: 'THREE-LAYER-CONVNET on birds, seed 9', progress }], failed: 1 }])
  await server.worker.worker.fail({ jobId: job.jobId, attempt: 1, workerId, error: { code: 'no such code', message: 'Broke.' }, retryable: false })
  await server.worker.worker.leave({ workerId })
  expect(await server.user.worker.list()).toMatchObject([{ state: 'left', jobs: [], failed: 2 }])
  expect((await server.user.leaderboard.get({ recipe: smallRecipe.name })).cells.find(({ model }) => model === 'three-layer-convnet')).toMatchObject({ failed: 1 })
})

test('20,000 images: imported, trained and on the leaderboard', async () => {
  const large = makeManifest(3334)
  await importDataset(server, workerId, 'large', large)
  await server.user.sweep.create(sweepOf(['large'], ['mobilenet-v2'], [0]))
  const job = await claimNow(server, workerId, ['trial'])
  await server.worker.worker.finish({ jobId: job.jobId, attempt: 1, workerId, result: makeTrialResult(large, (_image, index) => index % 10 !== 0) })
  expect((await server.user.leaderboard.get()).cells.find(({ dataset }) => dataset === 'large')).toMatchObject({ images: 6668, accuracy: expect.closeTo(0.9, 3) })
})
