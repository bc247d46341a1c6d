import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { workerProtocolVersion } from '@graft/contracts/worker-protocol'
import { capacity, claimNow, environment, importDataset, makeManifest, registerWorker } from '../testing/fixtures.ts'
import { createTestServer, type TestServer } from '../testing/test-server.ts'
import { mergeNamesakes } from './merge-namesakes.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer()
})
afterAll(() => server.close())
beforeEach(() => server.server.db.$executeRaw`UPDATE "Worker" SET "leftAt" = clock_timestamp() - interval '1 day'`)

const silent = (workerId: string) => server.server.db.$executeRaw`UPDATE "Worker" SET "heartbeatAt" = clock_timestamp() - interval '31 seconds' WHERE id = ${workerId}`
const listed = async (name: string) => (await server.user.worker.list()).filter((worker) => worker.name === name)

test('a worker that was killed and started again is one worker, with all it has done', async () => {
  const killed = await registerWorker(server, 'laptop')
  await importDataset(server, killed, 'before', makeManifest(1))
  const again = await registerWorker(server, 'laptop')
  await mergeNamesakes(server.server.db)
  expect(await listed('laptop')).toHaveLength(2) // two that both speak are two
  await silent(killed)
  await mergeNamesakes(server.server.db)
  expect(await listed('laptop')).toMatchObject([{ id: again, state: 'online', finished: 1 }])
  expect(await server.server.db.attempt.count({ where: { workerId: again } })).toBe(1)
  // Had it only been frozen, it would register anew.
  await expect(server.worker.worker.claim({ workerId: killed, claimId: randomUUID(), kinds: ['trial'], waitSeconds: 0 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('registering finds the entry of a worker that left', async () => {
  const left = await registerWorker(server, 'box')
  await server.worker.worker.leave({ workerId: left })
  const back = await registerWorker(server, 'box')
  expect(await listed('box')).toMatchObject([{ id: back, state: 'online' }])
})

test('one that still holds a job, another machine, another name, and an offline one without a successor stay', async () => {
  const busy = await registerWorker(server, 'busy')
  const { importId } = await server.user.import.create({ name: 'held', source: 'files' })
  await server.fetch(`/api/uploads/${importId}/files?path=cat/1.jpg`, { method: 'PUT', body: 'x', token: server.userToken })
  await server.user.import.start({ importId })
  await claimNow(server, busy, ['import'])
  await silent(busy)
  await registerWorker(server, 'busy')
  expect(await listed('busy')).toHaveLength(2)

  const here = await registerWorker(server, 'worker')
  await silent(here)
  await server.worker.worker.register({ ...capacity, name: 'worker', protocolVersion: workerProtocolVersion, environment: { ...environment, cpu: 'another', versions: { graft: '1' } } })
  expect(await listed('worker')).toHaveLength(2)
  await silent((await listed('worker'))[0]!.id)
  await mergeNamesakes(server.server.db)
  expect(await listed('worker')).toHaveLength(2)
  const newer = await server.worker.worker.register({ ...capacity, name: 'worker', protocolVersion: workerProtocolVersion, environment: { ...environment, versions: { graft: '2' } } })
  expect((await listed('worker')).map(({ id }) => id)).toContain(newer.workerId)
  expect((await listed('worker')).map(({ id }) => id)).not.toContain(here)
})
