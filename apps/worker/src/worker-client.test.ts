import { afterEach, expect, test, vi } from 'vitest'
import { createWorkerClient } from './worker-client.ts'

afterEach(() => void vi.unstubAllGlobals())

test('a call ends with its signal, also where the network keeps the answer and the abort to itself', async () => {
  vi.stubGlobal('fetch', () => new Promise(() => {}))
  const client = createWorkerClient({ server: 'http://127.0.0.1:9', token: 'token' })
  const stop = new AbortController()
  const reason = new Error('told to stop')
  const call = client.call((server, signal) => server.worker.leave.mutate({ workerId: 'one' }, { signal }), stop.signal)
  setTimeout(() => stop.abort(reason), 20)
  await expect(call).rejects.toBe(reason)
  await expect(client.callOnce((server, signal) => server.worker.leave.mutate({ workerId: 'one' }, { signal }), AbortSignal.timeout(20))).rejects.toMatchObject({ code: 'aborted' })
})
