import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimNow, describeModel, importDataset, makeManifest, registerWorker, sweepOf } from '../testing/fixtures.ts'
import { createTestServer, type TestServer } from '../testing/test-server.ts'

const error = { code: 'unavailable', message: 'The weights of XCEPTION are not here, and the line is dead.', hint: 'Get the file on another machine.', field: 'model' } as const

let server: TestServer
let workerId: string
let trialId: string

beforeAll(async () => {
  server = await createTestServer()
  await server.worker.model.sync({ models: [{ model: describeModel('xception', true), availability: { state: 'downloadable', reason: null }, hasTop: true, weights: null }] })
  workerId = await registerWorker(server)
  await importDataset(server, workerId, 'birds', makeManifest(10))
})
afterAll(() => server.close())

/** Fails the trial, or else the job, that waits. */
async function failNext(kind: 'trial' | 'quick-check', reason: { code: string; message: string }): Promise<void> {
  const job = await claimNow(server, workerId, [kind])
  await server.worker.worker.fail({ jobId: job.jobId, attempt: job.attempt, workerId, error: reason, retryable: false })
}

const failureOf = async () => (await server.user.model.list())[0]!.fetchFailure
const cell = async () => (await server.user.leaderboard.get()).cells[0]

test('why the weights could not be fetched stands with the model and in the cell', async () => {
  expect(await failureOf()).toBeNull()
  const { sweepId } = await server.user.sweep.create(sweepOf(['birds'], ['xception'], [4]))
  trialId = (await server.user.sweep.get({ id: sweepId })).trials[0]!.id
  expect(await cell()).toMatchObject({ failed: 0, failedTrials: [] })
  await failNext('trial', error)
  expect(await failureOf()).toEqual({ error, at: expect.any(Date), trialId })
  expect(await cell()).toMatchObject({ failed: 1, failedTrials: [{ id: trialId, seed: 4, error }], accuracy: null })
})

test('another go takes the reason away; a failure of another kind says nothing of the weights', async () => {
  await server.user.trial.retry({ id: trialId })
  expect(await failureOf()).toBeNull()
  expect(await cell()).toMatchObject({ failed: 0, failedTrials: [], queued: 1 })
  await failNext('trial', { code: 'internal', message: 'Out of memory.' })
  expect(await failureOf()).toBeNull()
  expect(await cell()).toMatchObject({ failedTrials: [{ id: trialId, error: { message: 'Out of memory.' } }] })
})

test('a quick check tells it too, until the weights are there', async () => {
  await server.user.quickCheck.create({ dataset: 'birds', model: 'xception' })
  await failNext('quick-check', error)
  expect(await failureOf()).toEqual({ error, at: expect.any(Date), trialId: null })
  const { sha256, bytes } = await server.server.blobs.write(Buffer.from('weights'))
  await server.user.model.registerWeights({ modelId: 'xception', weights: { sha256, bytes, format: 'keras-h5', includeTop: true, source: 'file', licence: 'MIT', trainedOn: 'ImageNet' } })
  expect(await failureOf()).toBeNull()
})
