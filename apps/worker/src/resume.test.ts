import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { blobPath } from '@graft/storage/local-blob-store'
import { startFaultBench, type FaultBench } from './testing/fault-bench.ts'
import { slowEpochs } from './testing/job-process-faults.ts'
import { until, untilFinal } from './testing/user-client.ts'

// Workers that are killed, frozen or told to go in the middle of a trial; whatever becomes of it must equal the same trial undisturbed.
const epochs = 14
const slow = slowEpochs(250)
let bench: FaultBench
/** While true, a checkpoint that is being uploaded stays half-way. */
let holdUploads = false
let heldUpload: () => void = () => undefined
beforeAll(async () => {
  bench = await startFaultBench({
    intercept(request) {
      if (!holdUploads || request.method !== 'PUT') return null
      heldUpload()
      return new Promise<Response>(() => undefined)
    },
  })
})
afterEach(() => bench.endWorkers())
afterAll(() => bench.close())

/** The same trial by a worker that nothing happens to: on another server, for one point is trained once a server. */
let control: Awaited<ReturnType<FaultBench['outcome']>>
const underWay = async (id: string): Promise<number> => {
  await until(async () => (await bench.checkpoints(id)).length === 2)
  return bench.epochs(id, 3)
}

test('undisturbed, for comparison', async () => {
  const worker = bench.startWorker('control')
  const id = await bench.launch({ seed: 1, epochs })
  expect(await untilFinal(() => bench.trial(id))).toMatchObject({ state: 'finished' })
  control = await bench.outcome(id)
  expect(control.metrics).toHaveLength(epochs * 4)
  await worker.end('SIGTERM')
  // The point is free again, as on a server that never saw it.
  await bench.server.db.$executeRaw`UPDATE "Trial" SET seed = seed + 1000 WHERE id = ${id}`
})

const again = async (id: string): Promise<void> => {
  expect(await bench.outcome(id)).toEqual(control)
  await bench.server.db.$executeRaw`UPDATE "Trial" SET seed = seed + 1000 + ${Math.floor(Math.random() * 1e6)} WHERE id = ${id}`
}

test('killed with -9 in an epoch: another worker has resumed within 45 s, and comes to the same metrics and weights bit by bit', async () => {
  const first = bench.startWorker('killed', slow)
  const id = await bench.launch({ seed: 1, epochs })
  await underWay(id)
  const second = bench.startWorker('successor')
  await until(async () => second.output().includes('is at http'))
  await first.end('SIGKILL')
  const began = performance.now()
  await until(async () => (await bench.trial(id)).attempts.some(({ number }) => number === 2))
  expect((performance.now() - began) / 1000).toBeLessThan(45)
  expect(await untilFinal(() => bench.trial(id))).toMatchObject({ state: 'finished' })
  // From the checkpoint: the epochs before it took no time again.
  const seconds = await bench.server.db.epochMetric.findMany({ where: { trialId: id, name: 'epoch/seconds' }, orderBy: { step: 'asc' } })
  expect(seconds).toHaveLength(epochs)
  await again(id)
  await second.end('SIGTERM')
})

test('killed with -9 while a checkpoint is written: the one before is gone on from, to the same end', async () => {
  const first = bench.startWorker('torn', slow)
  const id = await bench.launch({ seed: 1, epochs })
  await underWay(id)
  const before = await bench.checkpoints(id)
  const held = new Promise<void>((resolve) => (heldUpload = resolve))
  holdUploads = true
  await held
  await first.end('SIGKILL')
  holdUploads = false
  expect((await bench.checkpoints(id)).length).toBe(before.length)
  const second = bench.startWorker('mender')
  await bench.leaseRunsOut(id)
  expect(await untilFinal(() => bench.trial(id))).toMatchObject({ state: 'finished' })
  await again(id)
  await second.end('SIGTERM')
})

test('a checkpoint whose bits flipped in the storage is passed over for the one before it', async () => {
  const first = bench.startWorker('flipped', slow)
  const id = await bench.launch({ seed: 1, epochs })
  await underWay(id)
  await first.end('SIGKILL')
  const [newest, older] = await bench.checkpoints(id)
  const file = blobPath(path.join(bench.server.folder, 'storage'), newest!)
  const bytes = await readFile(file)
  bytes[Math.floor(bytes.length / 2)]! ^= 4
  await writeFile(file, bytes)
  const second = bench.startWorker('careful')
  await bench.leaseRunsOut(id)
  expect(await untilFinal(() => bench.trial(id))).toMatchObject({ state: 'finished' })
  expect(older).toMatch(/^[0-9a-f]{64}$/)
  await again(id)
  await second.end('SIGTERM')
})

test('told to go: it leaves a checkpoint of the epoch under way and gives the trial back within 25 s', async () => {
  const leaving = bench.startWorker('leaving', { ...slow, GRAFT_CHECKPOINT_SECONDS: '3600' })
  const id = await bench.launch({ seed: 1, epochs })
  await bench.epochs(id, 3)
  expect(await bench.checkpoints(id)).toEqual([])
  const began = performance.now()
  expect(await leaving.end('SIGTERM')).toBe(0)
  expect((performance.now() - began) / 1000).toBeLessThan(25)
  expect(await bench.checkpoints(id)).toHaveLength(1)
  expect(await bench.trial(id)).toMatchObject({ state: 'queued', attempts: [{ number: 1, state: 'released', worker: 'leaving' }] })
  const next = bench.startWorker('next')
  expect(await untilFinal(() => bench.trial(id))).toMatchObject({ state: 'finished' })
  await again(id)
  await next.end('SIGTERM')
})
