import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimNow, importDataset, makeManifest, registerWorker, sweepOf, syncModels } from '../testing/fixtures.ts'
import { createTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let workerId: string
beforeAll(async () => {
  server = await createTestServer()
  await syncModels(server)
  workerId = await registerWorker(server)
  await importDataset(server, workerId, 'birds', makeManifest(10))
})
afterAll(() => server.close())

test('the planner is asked once for each model, dataset and recipe; its answer is part of the estimate and of the forecast', async () => {
  const request = sweepOf(['birds'], ['mobilenet-v2', 'three-layer-convnet'], [0, 1])
  expect((await server.user.sweep.estimate(request)).memory).toMatchObject({ bytes: null, state: 'unknown', plans: [{ model: 'mobilenet-v2', state: null }, { model: 'three-layer-convnet', state: null }] })
  expect(await server.user.sweep.plan(request)).toMatchObject({ bytes: null, state: 'pending' })
  await server.user.sweep.plan(request) // not asked again
  const job = await claimNow(server, workerId, ['plan'])
  expect(job.payload).toMatchObject({ kind: 'plan', model: { id: 'mobilenet-v2' }, recipe: request.recipe, images: { train: 20, validation: 20, test: 20 }, classes: 2 })
  await server.worker.worker.finish({ jobId: job.jobId, attempt: job.attempt, workerId, result: { kind: 'plan', memoryBytes: 400e6, words: ['The trunk is frozen.'] } })
  expect((await server.user.sweep.estimate(request)).memory).toMatchObject({ bytes: 400e6, state: 'partly', plans: [{ state: 'finished', bytes: 400e6, words: ['The trunk is frozen.'] }, { state: 'queued' }] })
  const second = await claimNow(server, workerId, ['plan'])
  await server.worker.worker.fail({ jobId: second.jobId, attempt: second.attempt, workerId, error: { code: 'too_large', message: 'Not one image fits.' }, retryable: false })
  expect((await server.user.sweep.estimate(request)).memory.plans[1]).toMatchObject({ state: 'failed', error: { message: 'Not one image fits.' } })
  await server.user.sweep.plan(request) // what failed is asked again
  const again = await claimNow(server, workerId, ['plan'])
  await server.worker.worker.finish({ jobId: again.jobId, attempt: again.attempt, workerId, result: { kind: 'plan', memoryBytes: 900e6, words: ['From scratch.'] } })
  expect((await server.user.sweep.estimate(request)).memory).toMatchObject({ bytes: 900e6, state: 'planned' })
  const { sweepId } = await server.user.sweep.create(request)
  expect((await server.user.sweep.get({ id: sweepId })).forecast).toMatchObject({ forecast: { trials: 4, memoryBytes: 900e6, disk: { basis: 'assumed' } }, actual: null, error: null })
})
