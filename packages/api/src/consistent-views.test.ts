import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimNow, importDataset, makeManifest, makeTrialResult, registerWorker, sweepOf, syncModels } from './testing/fixtures.ts'
import { createTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer()
})
afterAll(() => server.close())

test('a view that is read while its result is written has both or neither', async () => {
  const manifest = makeManifest(2)
  const workerId = await registerWorker(server)
  await syncModels(server)
  await importDataset(server, workerId, 'pets', manifest)
  const { sweepId } = await server.user.sweep.create(sweepOf(['pets'], ['mobilenet-v2'], [0]))
  const { id } = (await server.user.sweep.get({ id: sweepId })).trials[0]!
  const { jobId, attempt } = await claimNow(server, workerId, ['trial'])

  let reading: ReturnType<typeof server.user.trial.get> | undefined
  // What is read first is the trial; its job has to wait until the result of both is written.
  await server.server.db.$transaction(async (tx) => {
    await tx.$executeRaw`LOCK TABLE "Job" IN ACCESS EXCLUSIVE MODE`
    reading = server.user.trial.get({ id })
    for (let waiting = 0; waiting === 0; ) [{ waiting }] = (await tx.$queryRaw`SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted`) as [{ waiting: number }]
    await tx.trial.update({ where: { id }, data: { summary: makeTrialResult(manifest, () => true).summary, testAccuracy: 1, seconds: 1 } })
    await tx.job.update({ where: { id: jobId }, data: { state: 'finished', leaseUntil: null, workerId: null, endedAt: new Date() } })
  })
  const view = await reading!
  expect([view.state, view.summary]).toEqual(['running', null])
  expect(await server.user.trial.get({ id })).toMatchObject({ state: 'finished', summary: { epochs: 3 }, attempt })
})
