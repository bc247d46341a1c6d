import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { blobPath } from '@graft/storage/local-blob-store'
import { startFaultBench, type FaultBench } from './testing/fault-bench.ts'
import { slowEpochs } from './testing/job-process-faults.ts'
import { startTcpProxy } from './testing/tcp-proxy.ts'
import { until, untilFinal } from './testing/user-client.ts'

// What a worker meets on its way to the server, and in the server's storage.
let bench: FaultBench
/** While true, the storage has no time for anybody. */
let storageIsBusy = false
let refusals = 0
beforeAll(async () => {
  bench = await startFaultBench({
    intercept(request) {
      if (!storageIsBusy || !new URL(request.url).pathname.startsWith('/api/blobs/')) return null
      refusals++
      return new Response('busy', { status: 503 })
    },
  })
})
afterEach(() => bench.endWorkers())
afterAll(() => bench.close())

test('a storage that answers 503 for a while is asked again, with growing waits, and costs no attempt', async () => {
  const worker = bench.startWorker('waiting')
  storageIsBusy = true
  const id = await bench.launch({ seed: 1, epochs: 3 })
  await until(async () => refusals >= 3)
  storageIsBusy = false
  expect(await untilFinal(() => bench.trial(id))).toMatchObject({ state: 'finished', attempts: [{ number: 1, state: 'finished' }] })
  await worker.end('SIGTERM')
})

test('a line that goes silent is given up and made anew: the trial goes on under its lease', async () => {
  const proxy = await startTcpProxy(bench.server.address)
  const worker = bench.startWorker('silenced', { ...slowEpochs(400), GRAFT_SERVER: proxy.address })
  const id = await bench.launch({ seed: 2, epochs: 40 })
  await bench.epochs(id, 2)
  proxy.set('silent')
  await sleep(12_000) // longer than a renewal is waited for, shorter than the lease
  proxy.set('through')
  expect(await untilFinal(() => bench.trial(id))).toMatchObject({ state: 'finished', attempts: [{ number: 1, state: 'finished', worker: 'silenced' }] })
  expect((await bench.outcome(id)).metrics).toHaveLength(40 * 4)
  await worker.end('SIGTERM')
  await proxy.close()
})

test('an image that was damaged after its import is named', async () => {
  const image = await bench.server.db.datasetImage.findFirstOrThrow({ where: { version: { dataset: { name: 'shapes' } }, split: 'train' } })
  const file = blobPath(path.join(bench.server.folder, 'storage'), image.sha256)
  const bytes = await readFile(file)
  bytes[bytes.length >> 1]! ^= 1
  await writeFile(file, bytes)
  const worker = bench.startWorker('strict')
  const id = await bench.launch({ seed: 3, epochs: 3 })
  const trial = await untilFinal(() => bench.trial(id))
  expect(trial).toMatchObject({ state: 'failed', error: { code: 'corrupt', message: expect.stringContaining(`The image ${image.path} of shapes (${image.sha256.slice(0, 12)}…)`), details: { path: image.path, sha256: image.sha256 } } })
  expect(trial.attempts).toHaveLength(1)
  await worker.end('SIGTERM')
})

test('a worker of another version is refused: it ends and says what to do', async () => {
  // The old worker is this one, whose words about its version are changed on the way.
  const old = await startOldWorkersProxy(bench.server.address)
  const worker = bench.startWorker('old', { GRAFT_SERVER: old.address })
  expect(await new Promise<number | null>((resolve) => worker.child.once('exit', resolve))).toBe(1)
  expect(worker.output()).toMatch(/error: This worker speaks version 1 of the worker protocol, the server version \d+\./)
  expect(worker.output()).toMatch(/hint: Update the worker so that both are of one release/)
  await old.close()
})

async function startOldWorkersProxy(server: string) {
  const { listen } = await import('./testing/listen.ts')
  return listen(async (request) => {
    const body = request.method === 'GET' ? undefined : (await request.text()).replace(/"protocolVersion":\d+/, '"protocolVersion":1')
    const { pathname, search } = new URL(request.url)
    const answer = await fetch(`${server}${pathname}${search}`, { method: request.method, headers: { authorization: request.headers.get('authorization') ?? '', 'content-type': request.headers.get('content-type') ?? 'application/json' }, ...(body === undefined ? {} : { body }) })
    return new Response(await answer.arrayBuffer(), { status: answer.status, headers: { 'content-type': answer.headers.get('content-type') ?? 'text/plain' } })
  })
}
