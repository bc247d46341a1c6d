import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimNow, importDataset, makeManifest, registerWorker, sweepOf, syncModels } from '../testing/fixtures.ts'
import { createTestServer, type TestServer } from '../testing/test-server.ts'
import { getQueueLength } from './queue-length.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({ requireToken: true })
})
afterAll(() => server.close())

const ask = (token?: string) => getQueueLength(server.server, new Request('http://127.0.0.1:3000/api/queue', { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }), {})

test('an autoscaler with the worker token is told what waits and what runs, by kind', async () => {
  expect(await (await ask(server.workerToken)).json()).toEqual({ waiting: 0, running: 0, unfinished: 0, kinds: {} })
  const workerId = await registerWorker(server)
  await syncModels(server)
  await importDataset(server, workerId, 'pets', makeManifest(2))
  await server.user.sweep.create(sweepOf(['pets'], ['mobilenet-v2'], [0, 1, 2]))
  await server.user.import.create({ name: 'more', source: 'files' })
  await claimNow(server, workerId, ['trial'])
  const answer = await ask(server.workerToken)
  expect(await answer.json()).toEqual({ waiting: 2, running: 1, unfinished: 3, kinds: { trial: { waiting: 2, running: 1, unfinished: 3 } } })
  expect(answer.headers.get('cache-control')).toBe('no-store')
})

test('a stranger and a wrong token are told nothing', async () => {
  expect((await ask()).status).toBe(401)
  expect((await ask('graft_w_wrong')).status).toBe(401)
  expect((await ask(server.userToken)).status).toBe(200)
})
