import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { leaseSeconds } from '@graft/contracts/worker-protocol'
import { startFaultBench, type FaultBench } from './testing/fault-bench.ts'
import { blockedOnce } from './testing/job-process-faults.ts'
import { untilFinal } from './testing/user-client.ts'

let bench: FaultBench
beforeAll(async () => {
  bench = await startFaultBench()
})
afterAll(() => bench.close())

test('compute that holds the event loop for longer than a lease loses nothing: the lease is renewed by another process', async () => {
  const worker = bench.startWorker('busy', blockedOnce(path.join(bench.server.folder, 'blocked'), (leaseSeconds + 5) * 1000))
  const began = performance.now()
  const id = await bench.launch({ seed: 1, epochs: 4 })
  const trial = await untilFinal(() => bench.trial(id))
  expect((performance.now() - began) / 1000).toBeGreaterThan(leaseSeconds + 5)
  expect(worker.output()).toContain('blocked')
  expect(trial).toMatchObject({ state: 'finished', attempts: [{ number: 1, state: 'finished', worker: 'busy' }] })
  await worker.end('SIGTERM')
})
