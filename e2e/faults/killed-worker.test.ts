import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../../apps/worker/src/testing/user-client.ts'
import { blobPath } from '../../packages/storage/src/local-blob-store.ts'
import { startUnreliableProxy, type Fate } from './unreliable-proxy.ts'
import { leaseRunsOut, startFaultRig, type FaultRig, type TrialOutcome } from './fault-rig.ts'

// What an undisturbed worker makes of the same trial is the control.
const epochs = 120
const seed = 1

let rig: FaultRig
let control: TrialOutcome

beforeAll(async () => {
  rig = await startFaultRig()
  control = await rig.undisturbed(seed, epochs)
  expect(control).toMatchObject({ state: 'finished', weightsSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string })
})
afterAll(() => rig.close())

const checkpointsOf = async (id: string): Promise<string[]> => ((await rig.server.db.job.findFirstOrThrow({ where: { subjectId: id } })).payload as { checkpoints?: string[] }).checkpoints ?? []

/** The control's trial once more, until a worker has left so many checkpoints. */
async function interrupted(name: string, checkpoints: number) {
  const worker = rig.startWorker(name)
  const { id, sweepId } = await rig.launch(seed, epochs)
  await until(async () => (await checkpointsOf(id)).length >= checkpoints)
  return { worker, id, sweepId }
}

async function goesOnTo(id: string, sweepId: string, name: string): Promise<void> {
  const successor = rig.startWorker(name)
  await leaseRunsOut(rig, id)
  await rig.untilOver(id)
  expect(await rig.outcome(id)).toEqual(control)
  await successor.end('SIGTERM')
  await rig.forget(sweepId)
}

test('kill -9 in an epoch: another worker goes on within 45 s, to the same metrics and the same weights', async () => {
  const { worker, id, sweepId } = await interrupted('killed', 1)
  const standby = rig.startWorker('standby')
  await until(() => Promise.resolve(standby.output().includes('Worker standby is at')))
  await worker.end('SIGKILL')
  const killedAt = Date.now()
  await until(async () => (await rig.attemptsOf(id)).length === 2)
  const secondsAway = (Date.now() - killedAt) / 1000
  expect(secondsAway).toBeLessThan(45)
  expect(secondsAway).toBeGreaterThan(15) // by its lease, not by chance
  await rig.untilOver(id)
  expect(await rig.attemptsOf(id)).toEqual(['1 lost killed', '2 finished standby'])
  expect(await rig.outcome(id)).toEqual(control)
  await standby.end('SIGTERM')
  await rig.forget(sweepId)
})

test.each<[string, Fate, (method: string, requested: string) => boolean]>([
  ['half of it is uploaded', 'half', (method, requested) => method === 'PUT' && requested.startsWith('/api/blobs/')],
  ['it is stored and its job not told', 'hold', (_method, requested) => requested.includes('worker.checkpoint')],
])('kill -9 while a checkpoint is written, %s: the one before is used, to the same weights', async (_when, fate, isMeant) => {
  const proxy = await startUnreliableProxy(rig.server.address)
  const worker = rig.startWorker('writer', { address: proxy.address })
  const { id, sweepId } = await rig.launch(seed, epochs)
  await until(async () => (await checkpointsOf(id)).length >= 1)
  const caught = new Promise<void>((resolve) => {
    proxy.fate = (method, requested) => {
      if (!isMeant(method, requested)) return 'pass'
      resolve()
      return fate
    }
  })
  await caught
  await worker.end('SIGKILL')
  await proxy.close()
  expect((await checkpointsOf(id)).length).toBeGreaterThan(0)
  await goesOnTo(id, sweepId, 'successor of the writer')
})

test.each([
  ['was cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
  ['has a flipped bit', (bytes: Buffer) => Buffer.from(bytes.map((byte, index) => (index === bytes.length >> 1 ? byte ^ 1 : byte)))],
])('a checkpoint %s: the one before is used, to the same weights', async (_what, damage) => {
  const { worker, id, sweepId } = await interrupted('checkpointer', 2)
  await worker.end('SIGKILL')
  const [newest] = await checkpointsOf(id)
  const damaged = ['storage', 'cache/blobs'].filter((folder) => damageBlob(path.join(rig.server.folder, folder), newest!, damage))
  expect(damaged).toContain('storage')
  await goesOnTo(id, sweepId, 'successor of the checkpointer')
})

test('SIGTERM: the worker leaves a checkpoint and hands the trial back within 25 s, to the same weights', async () => {
  const { worker, id, sweepId } = await interrupted('leaving', 1)
  const began = Date.now()
  expect([0, null]).toContain(await worker.end('SIGTERM'))
  expect(Date.now() - began).toBeLessThan(25_000)
  const job = await rig.server.db.job.findFirstOrThrow({ where: { subjectId: id } })
  expect(job).toMatchObject({ state: 'queued', lostAttempts: 0, failedAttempts: 0 })
  await goesOnTo(id, sweepId, 'successor of the leaving')
})

/** Damages the file of a content; false where the folder does not have it. */
function damageBlob(folder: string, sha256: string, damage: (bytes: Buffer) => Buffer): boolean {
  const file = blobPath(folder, sha256)
  if (!existsSync(file)) return false
  writeFileSync(file, damage(readFileSync(file)))
  return true
}
