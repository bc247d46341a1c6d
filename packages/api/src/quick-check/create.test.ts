import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimNow, describeModel, importDataset, makeManifest, registerWorker } from '../testing/fixtures.ts'
import { createTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let workerId: string
beforeAll(async () => {
  server = await createTestServer()
  workerId = await registerWorker(server)
  await importDataset(server, workerId, 'pets', makeManifest(1))
  await server.worker.model.sync({
    models: [
      { model: describeModel('vgg16', true), availability: { state: 'downloadable', reason: null }, hasTop: true, weights: null },
      { model: describeModel('nsfwjs', true), availability: { state: 'bundled', reason: null }, hasTop: false, weights: null },
    ],
  })
})
afterAll(() => server.close())

test('a model in use without its top is checked where the catalog has another file with it; once while it waits', async () => {
  const { sha256, bytes } = await server.server.blobs.write(Buffer.from('weights without their top'))
  const weights = { sha256, bytes, format: 'keras-h5' as const, includeTop: false, source: 'test', licence: 'test', trainedOn: 'ImageNet' }
  await server.user.model.registerWeights({ modelId: 'vgg16', weights })
  const { id } = await server.user.quickCheck.create({ dataset: 'pets', model: 'vgg16' })
  expect(await server.user.quickCheck.create({ dataset: 'pets', model: 'vgg16' })).toEqual({ id })
  expect((await claimNow(server, workerId, ['quick-check'])).payload).toMatchObject({ kind: 'quick-check', model: { id: 'vgg16' }, weights: { sha256, includeTop: false } })
})

test('a model of which no file has a top is refused at its field', async () => {
  await expect(server.user.quickCheck.create({ dataset: 'pets', model: 'nsfwjs' })).rejects.toMatchObject({ cause: { code: 'invalid_input', field: 'model', message: 'NSFWJS has no ImageNet classifier here, so it has no labels to show.' } })
})
