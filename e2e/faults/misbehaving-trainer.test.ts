import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../../apps/worker/src/testing/user-client.ts'
import { leaseSeconds } from '../../packages/contracts/src/worker-protocol.ts'
import { leaseRunsOut, startFaultRig, trainerOf, type FaultRig, type TrialOutcome } from './fault-rig.ts'

const epochs = 24
const seed = 1
const preload = fileURLToPath(new URL('misbehave-in-trial.mjs', import.meta.url))

let rig: FaultRig
let control: TrialOutcome

beforeAll(async () => {
  rig = await startFaultRig()
  control = await rig.undisturbed(seed, epochs)
})
afterAll(() => rig.close())

const jobOf = (id: string) => rig.server.db.job.findFirstOrThrow({ where: { subjectId: id } })

test('the trainer hangs while its worker lives: it is killed and the trial goes on in a new one, to the same weights', async () => {
  const worker = rig.startWorker('patient', { environment: { GRAFT_STALL_SECONDS: '8' } })
  const { id, sweepId } = await rig.launch(seed, epochs)
  await rig.underWay(id)
  const hung = trainerOf(worker)
  process.kill(hung, 'SIGSTOP')
  await rig.untilOver(id)
  expect(await rig.attemptsOf(id)).toEqual(['1 failed patient', '2 finished patient'])
  expect(await rig.outcome(id)).toEqual(control)
  expect(trainerOf(worker)).not.toBe(hung)
  await worker.end('SIGTERM')
  await rig.forget(sweepId)
})

test('the event loop of the trainer stands still for 60 s: its lease does not run out, and the first attempt finishes', async () => {
  const worker = rig.startWorker('busy', { preload, environment: { GRAFT_TEST_MISBEHAVIOUR: 'block' } })
  const { id, sweepId } = await rig.launch(seed, epochs)
  await rig.underWay(id)
  const began = Date.now()
  await rig.untilOver(id)
  expect(Date.now() - began).toBeGreaterThan(50_000)
  expect(await rig.attemptsOf(id)).toEqual(['1 finished busy'])
  expect(await rig.outcome(id)).toEqual(control)
  await worker.end('SIGTERM')
  await rig.forget(sweepId)
})

test('the trainer is out of memory each time: one retry with a smaller microbatch, then failed with the reason; the worker lives', async () => {
  const worker = rig.startWorker('full', { environment: { GRAFT_TEST_MISBEHAVIOUR: 'hog', NODE_OPTIONS: `--max-old-space-size=400 --import ${pathToFileURL(preload).href}` } })
  const { id, sweepId } = await rig.launch(seed, 1000)
  await rig.untilOver(id)
  expect(await rig.attemptsOf(id)).toEqual(['1 failed full', '2 failed full'])
  const { state, error, payload } = await jobOf(id)
  expect(state).toBe('failed')
  expect(error).toMatchObject({ code: 'out_of_memory', message: expect.stringMatching(/memory/) as string })
  expect((payload as { microbatchLimit?: number }).microbatchLimit).toBeLessThan(8)
  expect(worker.child.exitCode).toBeNull()
  await worker.end('SIGTERM')
  await rig.forget(sweepId)
})

test('a worker stopped for longer than its lease and woken: 0 writes accepted, and it exits', async () => {
  const frozen = rig.startWorker('frozen')
  const { id, sweepId } = await rig.launch(seed, epochs)
  await rig.underWay(id)
  const trainer = trainerOf(frozen)
  for (const pid of [frozen.child.pid!, trainer]) process.kill(pid, 'SIGSTOP')
  const stoppedAt = Date.now()
  await leaseRunsOut(rig, id)
  const other = rig.startWorker('other')
  await rig.untilOver(id)
  await sleep(Math.max(0, (leaseSeconds + 3) * 1000 - (Date.now() - stoppedAt)))
  for (const pid of [frozen.child.pid!, trainer]) process.kill(pid, 'SIGCONT')
  expect(await frozen.ended).not.toBeNull()
  expect(frozen.output()).toMatch(/was stopped for \d+ s, longer than the 30 s of a lease/)
  expect(await rig.attemptsOf(id)).toEqual(['1 lost frozen', '2 finished other'])
  expect(await rig.outcome(id)).toEqual(control)
  await other.end('SIGTERM')
  await rig.forget(sweepId)
})

/** A small disk of its own for a folder: needs root on Linux. */
const mount = (folder: string): boolean => spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder]).status === 0
const probe = mkdtempSync(path.join(os.tmpdir(), 'graft-mount-'))
const canMount = mount(probe)
if (canMount) spawnSync('umount', [probe])
rmSync(probe, { recursive: true, force: true })
if (!canMount) console.warn('No small disk can be mounted here (root on Linux is needed): the disk that is full at a checkpoint is not tested.')

test.skipIf(!canMount)('the disk is full at a checkpoint: the trial is paused with the reason, and goes on from it once there is room, to the same weights', async () => {
  // A small disk in the place of the server's storage, with all that was stored.
  const storage = path.join(rig.server.folder, 'storage')
  const stored = `${storage}-copy`
  cpSync(storage, stored, { recursive: true })
  expect(mount(storage)).toBe(true)
  cpSync(stored, storage, { recursive: true })
  try {
    const worker = rig.startWorker('cramped')
    const { id, sweepId } = await rig.launch(seed, epochs)
    await rig.underWay(id)
    spawnSync('dd', ['if=/dev/zero', `of=${path.join(storage, 'filler')}`, 'bs=1M'])
    await until(async () => ['paused', 'finished', 'failed'].includes((await jobOf(id)).state))
    const { state, error } = await jobOf(id)
    expect([state, error]).toEqual(['paused', expect.objectContaining({ code: 'disk_full' }) as object])
    rmSync(path.join(storage, 'filler'))
    await worker.end('SIGTERM') // it takes nothing for five minutes, for the next trial would meet the same disk
    const another = rig.startWorker('another')
    await rig.user.api.sweep.resume.mutate({ id: sweepId })
    await rig.untilOver(id)
    expect(await rig.outcome(id)).toEqual(control)
    await another.end('SIGTERM')
  } finally {
    spawnSync('umount', ['-l', storage])
  }
})
