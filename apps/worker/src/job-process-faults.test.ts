import path from 'node:path'
import { recipeSchema } from '@graft/contracts/recipe'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { boundedGroup } from './testing/bounded-group.ts'
import { startFaultBench, type FaultBench } from './testing/fault-bench.ts'
import { crashedOnce, greedy, hungOnce } from './testing/job-process-faults.ts'
import { untilFinal } from './testing/user-client.ts'

// What may happen to the process in which a job runs, while its worker lives: real processes that hang, crash and are killed for memory.
let bench: FaultBench
beforeAll(async () => {
  bench = await startFaultBench()
})
afterEach(() => bench.endWorkers())
afterAll(() => bench.close())

const flag = (name: string): string => path.join(bench.server.folder, name)

test('a trainer that hangs is stopped and replaced, and the trial goes on from its checkpoint', async () => {
  const worker = bench.startWorker('patient', { GRAFT_STALL_SECONDS: '25', ...hungOnce(flag('hung')) })
  const id = await bench.launch({ seed: 1, epochs: 6 })
  const trial = await untilFinal(() => bench.trial(id))
  expect(trial.state).toBe('finished')
  expect(trial.attempts.toSorted((a, b) => a.number - b.number)[0]).toMatchObject({ state: 'failed', worker: 'patient', error: { code: 'unavailable', message: 'The job made no progress for 25 s and was stopped.' } })
  expect(await worker.end('SIGTERM')).toBe(0)
})

test('a trainer that crashes in native code ends its attempt with the signal, not its worker', async () => {
  const worker = bench.startWorker('sturdy', crashedOnce(flag('crashed')))
  const id = await bench.launch({ seed: 2, epochs: 6 })
  const trial = await untilFinal(() => bench.trial(id))
  expect(trial.attempts.toSorted((a, b) => a.number - b.number)).toMatchObject([
    { number: 1, state: 'failed', error: { code: 'unavailable', message: expect.stringMatching(/^The process of the job ended by SIGSEGV/) } },
    { number: 2, state: 'finished' },
  ])
  expect(await worker.end('SIGTERM')).toBe(0)
})

const group = boundedGroup('small', 1.2e9)
afterAll(() => group?.remove())

test.skipIf(group === null)('a trial that is killed for memory is tried once more with half the microbatch, and its reason is shown', async () => {
  const worker = bench.startWorker('small', greedy())
  group!.join(worker.child.pid!)
  const id = await bench.launch({ seed: 3, epochs: 6 })
  const trial = await untilFinal(() => bench.trial(id))
  expect(trial).toMatchObject({ state: 'failed', error: { code: 'out_of_memory', message: expect.stringMatching(/^The system killed the job for its memory: it held \d\.\d GB\.$/), hint: expect.stringMatching(/smaller batch/) } })
  expect(trial.attempts.map(({ state }) => state)).toEqual(['failed', 'failed'])
  const { payload } = await bench.server.db.job.findFirstOrThrow({ where: { subjectId: id } })
  expect((payload as { microbatchLimit?: number }).microbatchLimit).toBe(4) // of 8
  // The worker lived through both, and its lease was renewed all along.
  expect(worker.child.exitCode).toBeNull()
  expect(await worker.end('SIGTERM')).toBe(0)
})

test('a loss that is not finite ends the trial as diverged, after one attempt', async () => {
  const worker = bench.startWorker('wild')
  const linear = { units: 16, activation: 'linear', dropout: 0 }
  const recipe = recipeSchema.parse({
    name: 'wild',
    phases: [{ kind: 'feature-extraction', epochs: 50, batchSize: 8, optimizer: { name: 'SGD', learningRate: 10, momentum: 0.99 } }],
    head: { pooling: 'average', dense: [linear, linear, linear] },
  })
  const id = await bench.launch({ seed: 4, epochs: 50, model: 'mobilenet-v2', recipe })
  const trial = await untilFinal(() => bench.trial(id))
  expect(trial).toMatchObject({ state: 'diverged', summary: null, error: { code: 'diverged', field: 'phases.0.optimizer.learningRate' } })
  expect(trial.attempts).toHaveLength(1)
  await worker.end('SIGTERM')
})
