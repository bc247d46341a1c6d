import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isTerminal } from '@graft/contracts/trial'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startFaultBench, type FaultBench } from './testing/fault-bench.ts'
import { until } from './testing/user-client.ts'
import type { WorkerProcess } from './testing/worker-process.ts'

// Whether a worker is given jobs, as its process sees it: drained, resumed, in quarantine for faults of its machine.
/** Milliseconds: a machine with much other work starts processes slowly. */
const patience = 300_000
let bench: FaultBench
beforeAll(async () => {
  bench = await startFaultBench()
}, patience)
afterEach(() => bench.endWorkers())
afterAll(() => bench.close())

const model = 'mobilenet-v2'
/** A trial when it is over, looked up in the database first: the server shares this process, and is not to be asked all the time. */
async function over(id: string) {
  await until(async () => isTerminal((await bench.server.db.job.findFirstOrThrow({ where: { subjectId: id, kind: 'trial' } })).state))
  return bench.trial(id)
}
const says = (worker: WorkerProcess, words: RegExp) => until(() => Promise.resolve(words.exec(worker.output())))
const workerNamed = async (name: string) => (await bench.user.api.worker.list.query()).find((each) => each.name === name)!

test('a drained worker ends what it has and takes nothing; resumed, it takes what waits', async () => {
  const worker = bench.startWorker('drained', { GRAFT_CHECKPOINT_SECONDS: '5' })
  const running = await bench.launch({ seed: 1, epochs: 60, model })
  await until(async () => (await bench.trial(running)).metrics.length > 0)
  const waits = await bench.launch({ seed: 2, epochs: 2, model })
  const { id } = await workerNamed('drained')
  await bench.user.api.worker.drain.mutate({ id })
  expect(await over(running)).toMatchObject({ state: 'finished', attempts: [{ number: 1, worker: 'drained' }] })
  await says(worker, /The server gives this worker no more jobs \(draining\): It is to end what it has and take nothing new\./)
  await sleep(3000)
  expect(await bench.trial(waits)).toMatchObject({ state: 'queued', attempts: [] })
  expect(await workerNamed('drained')).toMatchObject({ state: 'online', mode: 'draining', jobs: [] })
  await bench.user.api.worker.resume.mutate({ id })
  expect(await over(waits)).toMatchObject({ state: 'finished', attempts: [{ worker: 'drained' }] })
  expect(worker.output()).toContain('The server gives this worker jobs again.')
}, patience)

/** A file system of its own for a worker's cache, which can be made read-only as the kernel makes one of a disk that fails: needs root on Linux. */
const canMount = process.platform === 'linux' && process.getuid?.() === 0
const mount = (...words: string[]): void => expect(spawnSync('mount', words).status).toBe(0)

test.skipIf(!canMount)('a worker whose disk became read-only is put into quarantine after three faults, with the reason; another one does its trial; lifted, it works again', async ({ onTestFailed }) => {
  const cache = path.join(bench.server.folder, 'failing disk')
  mkdirSync(cache)
  mount('-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', cache)
  try {
    const worker = bench.startWorker('failing', { GRAFT_CACHE: cache })
    onTestFailed(() => console.log(worker.output()))
    const before = await bench.launch({ seed: 5, epochs: 2, model })
    await over(before)
    mount('-o', 'remount,ro', cache)
    const trial = await bench.launch({ seed: 3, epochs: 2, model })
    await says(worker, /no more jobs \(quarantined\): 3 faults of this machine in a row, the last one: .*read-only file system/i)
    const quarantined = await workerNamed('failing')
    expect(quarantined).toMatchObject({ state: 'online', mode: 'quarantined', nodeFaults: 3, reason: expect.stringMatching(/read-only file system/i) as string })
    expect(await bench.trial(trial)).toMatchObject({ state: 'queued', attempts: [{ state: 'lost' }, { state: 'lost' }, { state: 'lost' }] })
    const sound = bench.startWorker('sound')
    expect(await over(trial)).toMatchObject({ state: 'finished' })
    await sound.end('SIGTERM')
    mount('-o', 'remount,rw', cache)
    await bench.user.api.worker.resume.mutate({ id: quarantined.id })
    const next = await bench.launch({ seed: 4, epochs: 2, model })
    expect(await over(next)).toMatchObject({ state: 'finished', attempts: [{ worker: 'failing' }] })
  } finally {
    spawnSync('umount', ['-l', cache])
  }
}, patience)
