import { afterAll, beforeAll, expect, test } from 'vitest'
import { workerProtocolVersion } from '@graft/contracts/worker-protocol'
import { capacity, environment } from '../testing/fixtures.ts'
import { createTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer()
})
afterAll(() => server.close())

/** As an HTTP request of whatever program. */
async function register(body: object) {
  const response = await server.fetch('/api/trpc/worker.register', { method: 'POST', token: server.workerToken, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ json: body }) })
  return { status: response.status, answer: (await response.json()) as { error?: { json: { data: { report: { message: string; hint: string } } } } } }
}

test('an old worker, which knows nothing of labels, is refused with what to do', async () => {
  const { status, answer } = await register({ name: 'old', protocolVersion: 1, environment })
  expect(status).toBe(409)
  expect(answer.error!.json.data.report).toMatchObject({ code: 'conflict', message: `This worker speaks version 1 of the worker protocol, the server version ${workerProtocolVersion}.`, hint: expect.stringMatching(/^Update the worker /) })
  expect(await server.user.worker.list()).toEqual([])
})

test('with a worker of the future it is the server that has to be updated', async () => {
  const { answer } = await register({ name: 'new', protocolVersion: workerProtocolVersion + 1, environment, ...capacity })
  expect(answer.error!.json.data.report.hint).toMatch(/^Update the server /)
})

test('a worker tells what it has, and what it uses', async () => {
  const { workerId } = await server.worker.worker.register({ name: 'box', protocolVersion: workerProtocolVersion, environment, device: 'cuda:1', slots: 3, memoryBytes: 24e9, labels: { room: 'basement' } })
  const usage = {
    gpus: [{ index: 1, name: 'L4', utilization: 0.5, memoryUsedBytes: 1e9, memoryTotalBytes: 24e9, temperatureCelsius: 61 }],
    processMemoryBytes: 1e9,
    machineMemoryUsedBytes: 2e9,
    machineMemoryTotalBytes: 8e9,
    diskFreeBytes: null,
  }
  expect(await server.worker.worker.heartbeat({ workerId, usage })).toEqual({ mode: 'ready', reason: null })
  expect(await server.user.worker.list()).toMatchObject([{ id: workerId, device: 'cuda:1', slots: 3, memoryBytes: 24e9, labels: { device: 'cuda', room: 'basement' }, usage, usageAt: expect.any(Date), mode: 'ready', jobs: [] }])
  await expect(server.worker.worker.heartbeat({ workerId: 'nobody', usage })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
