import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startFaultBench, type FaultBench } from './testing/fault-bench.ts'
import { slowEpochs } from './testing/job-process-faults.ts'
import { until, untilFinal } from './testing/user-client.ts'

// A disk of 24 MB, really mounted, holds the server's storage. Wants root on Linux.
const disk = path.join(tmpdir(), `graft-disk-${process.pid}`)
function mounted(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  mkdirSync(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk], { stdio: 'ignore' })
    return true
  } catch {
    rmSync(disk, { recursive: true })
    return false
  }
}
const isMounted = mounted()

let bench: FaultBench
let scratch: string
beforeAll(async () => {
  if (!isMounted) return
  scratch = await mkdtemp(path.join(tmpdir(), 'graft-full-'))
  bench = await startFaultBench({ storageFolder: disk })
})
afterAll(async () => {
  if (!isMounted) return
  await bench.close()
  execFileSync('umount', ['-l', disk])
  await rm(disk, { recursive: true, force: true })
  await rm(scratch, { recursive: true, force: true })
})

test.skipIf(!isMounted)('a full disk at a checkpoint pauses the trial with the reason; with room again it goes on from the last checkpoint', async () => {
  const worker = bench.startWorker('writer', slowEpochs(300))
  const id = await bench.launch({ seed: 1, epochs: 30 })
  await until(async () => (await bench.checkpoints(id)).length > 0)
  const filler = path.join(disk, 'filler')
  const { bavail, bsize } = await statfs(disk)
  writeFileSync(filler, Buffer.alloc(bavail * bsize - 4096))
  const paused = await until(async () => {
    const trial = await bench.trial(id)
    return trial.state === 'paused' && trial
  })
  expect(paused).toMatchObject({ error: { code: 'disk_full', message: expect.stringMatching(/^The disk of .* is full\.$/), hint: expect.stringMatching(/Make room/) } })
  const before = await bench.epochs(id, 1)
  expect(before).toBeLessThan(30)
  rmSync(filler)
  await worker.end('SIGTERM')
  const second = bench.startWorker('second')
  await bench.server.db.$executeRaw`UPDATE "Job" SET state = 'queued', error = NULL WHERE "subjectId" = ${id}`
  const trial = await untilFinal(() => bench.trial(id))
  expect(trial).toMatchObject({ state: 'finished', attempts: expect.arrayContaining([expect.objectContaining({ number: 1, state: 'paused' }), expect.objectContaining({ number: 2, state: 'finished' })]) })
  expect((await bench.outcome(id)).metrics).toHaveLength(30 * 4)
  await second.end('SIGTERM')
})
