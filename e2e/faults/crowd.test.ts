import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { environment } from '../../packages/api/src/testing/fixtures.ts'
import { until } from '../../apps/worker/src/testing/user-client.ts'
import { workerProtocolVersion, type ClaimOutput, type RegisterOutput } from '../../packages/contracts/src/worker-protocol.ts'
import { WorkerApi } from '../../tools/fleet/worker-api.ts'
import { startFaultRig, type FaultRig } from './fault-rig.ts'

let rig: FaultRig
beforeAll(async () => {
  rig = await startFaultRig()
})
afterAll(() => rig.close())

test('one job and 50 claimers over HTTP: one has it, the others nothing', async () => {
  const crowd = await Promise.all(Array.from({ length: 50 }, async (_, index) => {
    const api = new WorkerApi(rig.server.address, rig.server.workerToken)
    const { workerId } = await api.call<RegisterOutput>('worker.register', { name: `claimer ${index}`, protocolVersion: workerProtocolVersion, environment, device: 'cpu', slots: 1, memoryBytes: 8e9, labels: {} })
    return { api, workerId }
  }))
  const claims = crowd.map(({ api, workerId }) => api.call<ClaimOutput>('worker.claim', { workerId, claimId: randomUUID(), kinds: ['trial'], waitSeconds: 10 }))
  const { id, sweepId } = await rig.launch(4, 3)
  const answers = await Promise.all(claims)
  expect(answers.filter(({ job }) => job !== null)).toHaveLength(1)
  expect(await rig.attemptsOf(id)).toHaveLength(1)
  for (const { api, workerId } of crowd) {
    await api.call('worker.leave', { workerId })
    api.close()
  }
  await rig.user.api.trial.cancel.mutate({ id })
  await rig.forget(sweepId)
})

test('two workers on one device: each trains its own trial, to the weights of a worker alone', async () => {
  const alone = rig.startWorker('alone')
  const controls = []
  for (const seed of [5, 6]) {
    const { id, sweepId } = await rig.launch(seed, 15)
    await rig.untilOver(id)
    controls.push(await rig.outcome(id))
    await rig.forget(sweepId)
  }
  const second = rig.startWorker('second')
  await until(() => Promise.resolve(second.output().includes('Worker second is at')))
  const trials = [await rig.launch(5, 15), await rig.launch(6, 15)]
  for (const { id } of trials) await rig.untilOver(id)
  const attempts = await Promise.all(trials.map(({ id }) => rig.attemptsOf(id)))
  expect(attempts.flat().map((attempt) => attempt.replace(/alone|second/, '')).toSorted()).toEqual(['1 finished ', '1 finished '])
  expect(new Set(attempts.flat()).size).toBe(2)
  expect(await Promise.all(trials.map(({ id }) => rig.outcome(id)))).toEqual(controls)
  for (const worker of [alone, second]) await worker.end('SIGTERM')
})

test('a worker whose wall clock is an hour ahead: no lease ends early, and every time recorded is the database’s', async () => {
  const worker = rig.startWorker('an hour ahead', { preload: fileURLToPath(new URL('clock-one-hour-ahead.mjs', import.meta.url)) })
  const { id } = await rig.launch(7, 30)
  await rig.untilOver(id)
  expect(await rig.attemptsOf(id)).toEqual(['1 finished an hour ahead'])
  const [times] = await rig.server.db.$queryRaw<{ off: number }[]>`
    SELECT max(abs(extract(epoch FROM clock_timestamp() - moment)))::float8 AS off
    FROM "Job" JOIN "Attempt" ON "jobId" = id, unnest(ARRAY["Attempt"."startedAt", "Attempt"."endedAt", "Job"."startedAt", "Job"."endedAt"]) AS moment WHERE "subjectId" = ${id}`
  expect(times!.off).toBeLessThan(1800)
  await worker.end('SIGTERM')
})
