import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimNow, importDataset, makeManifest, registerWorker, sweepOf, syncModels } from '../testing/fixtures.ts'
import { createTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer()
})
afterAll(() => server.close())

test('a trial that its worker paused for a full disk goes on when its running sweep is resumed; then there is nothing to resume', async () => {
  const workerId = await registerWorker(server)
  await syncModels(server)
  await importDataset(server, workerId, 'pets', makeManifest(2))
  const { sweepId } = await server.user.sweep.create(sweepOf(['pets'], ['mobilenet-v2'], [0]))
  const { jobId, attempt } = await claimNow(server, workerId, ['trial'])
  await server.worker.worker.pause({ jobId, attempt, workerId, reason: { code: 'disk_full', message: 'The disk is full.' } })
  expect(await server.server.db.job.findUniqueOrThrow({ where: { id: jobId } })).toMatchObject({ state: 'paused' })
  expect(await server.user.sweep.resume({ id: sweepId })).toEqual({ resumed: 1 })
  expect(await server.server.db.job.findUniqueOrThrow({ where: { id: jobId } })).toMatchObject({ state: 'queued', error: null })
  await expect(server.user.sweep.resume({ id: sweepId })).rejects.toMatchObject({ code: 'CONFLICT' })
})
