import { recipeSchema } from '@graft/contracts/recipe'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { quickRecipe } from './testing/quick-recipe.ts'
import { startFaultBench, type FaultBench } from './testing/fault-bench.ts'
import { until } from './testing/user-client.ts'

// Sweeps on real workers: a stopping rule, and the orders of a person. Times are the database's; what is waited for is looked up there too, for the server shares this process.
/** Milliseconds: a machine with much other work starts processes slowly. */
const patience = 300_000
let bench: FaultBench
beforeAll(async () => {
  bench = await startFaultBench()
}, patience)
afterEach(() => bench.endWorkers())
afterAll(() => bench.close())

/** As many as a recipe may have, an image a step: an epoch of this head takes milliseconds, and the server's answer has to come in mid-trial on a fast machine too. */
const longRecipe = recipeSchema.parse({ ...quickRecipe(1000), phases: quickRecipe(1000).phases.map((phase) => ({ ...phase, batchSize: 1 })) })
const now = async (): Promise<Date> => (await bench.server.db.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`)[0]!.now
const secondsBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1000
const attemptsOf = (sweepId: string) => bench.server.db.attempt.findMany({ where: { job: { trial: { sweepId } } }, include: { worker: { select: { name: true } } }, orderBy: { startedAt: 'asc' } })
/** The contract says 10 s. */
const mostSeconds = 10

test('ASHA: the hopeless are stopped at their rung in the answer to their metrics, the next proposals follow', async () => {
  bench.startWorker('pruning', { GRAFT_CHECKPOINT_SECONDS: '5' })
  const { sweepId } = await bench.user.api.sweep.create.mutate({
    datasets: ['shapes'],
    models: ['mobilenet-v2'],
    seeds: [0],
    recipe: longRecipe,
    search: {
      method: 'grid',
      parallel: 1,
      objective: { metric: 'validation/loss' },
      stopping: { kind: 'asha', minimumEpochs: 4, eta: 16 },
      // From the best to the worst: each one after the first is the worst of its rung.
      space: { parameters: { 'phases.0.optimizer.learningRate': { values: [0.003, 3e-7, 2e-7, 1e-7] } } },
    },
  })
  await until(async () => (await bench.server.db.sweep.findUniqueOrThrow({ where: { id: sweepId } })).state === 'finished')
  const members = await bench.server.db.sweepTrial.findMany({ where: { sweepId }, orderBy: { configurationIndex: 'asc' }, include: { configuration: true, trial: { include: { job: { include: { attempts: true } } } } } })
  expect(members.map(({ trial }) => trial.job.state).toSorted()).toEqual(['finished', 'pruned', 'pruned', 'pruned'])
  for (const { trial, stopReason, configuration } of members.filter((member) => member.trial.job.state === 'pruned')) {
    expect(configuration.state).toBe('pruned')
    expect(stopReason).toBe('Not among the best 1/16 after 4 epochs.')
    expect(trial.job.attempts.map(({ state }) => state)).toEqual(['pruned'])
    const { _max: last } = await bench.server.db.epochMetric.aggregate({ where: { trialId: trial.id }, _max: { step: true } })
    expect(last.step).toBeGreaterThanOrEqual(4)
    // Some are through before the answer is there, not all.
    expect(last.step).toBeLessThan(1000)
  }
}, patience)

test('pause: what runs stops at a checkpoint within 10 s, on all workers; resume goes on from there', async () => {
  for (const name of ['first', 'second']) bench.startWorker(name)
  const { sweepId } = await bench.user.api.sweep.create.mutate({ datasets: ['shapes'], models: ['mobilenet-v2'], seeds: [1, 2, 3], recipe: quickRecipe(1000) })
  const trials = (await bench.user.api.sweep.get.query({ id: sweepId })).trials
  const withMetrics = async () => (await bench.server.db.epochMetric.groupBy({ by: ['trialId'], where: { trial: { sweepId } } })).length
  await until(async () => (await withMetrics()) === 2)
  const ordered = await now()
  await bench.user.api.sweep.pause.mutate({ id: sweepId })
  await until(async () => (await attemptsOf(sweepId)).every(({ state }) => state === 'paused'))
  const paused = await attemptsOf(sweepId)
  expect(paused.map(({ worker }) => worker.name).toSorted()).toEqual(['first', 'second'])
  for (const { endedAt } of paused) expect(secondsBetween(ordered, endedAt!)).toBeLessThan(mostSeconds)
  expect((await bench.user.api.sweep.get.query({ id: sweepId })).counts).toMatchObject({ paused: 3, running: 0, queued: 0 })
  const before = await Promise.all(trials.map(({ id }) => bench.server.db.epochMetric.count({ where: { trialId: id, name: 'train/loss' } })))
  await bench.user.api.sweep.resume.mutate({ id: sweepId })
  await until(async () => (await withMetrics()) >= 2 && (await attemptsOf(sweepId)).length === 4)
  const again = await attemptsOf(sweepId)
  expect(again.filter(({ number }) => number === 2)).toHaveLength(2)
  // From the checkpoint: what was told before is told again at once, and goes on.
  for (const [index, { id }] of trials.entries()) if (before[index]! > 0) await until(async () => (await bench.server.db.epochMetric.count({ where: { trialId: id, name: 'train/loss' } })) > before[index]!)
  await bench.user.api.sweep.cancel.mutate({ id: sweepId })
}, patience)

test('cancel: all workers have stopped and taken the next within 10 s, and nothing more is written', async () => {
  const names = ['first', 'second', 'third']
  for (const name of names) bench.startWorker(name)
  const { sweepId } = await bench.user.api.sweep.create.mutate({ datasets: ['shapes'], models: ['mobilenet-v2'], seeds: [11, 12, 13, 14, 15], recipe: quickRecipe(1000) })
  await until(async () => (await bench.server.db.epochMetric.groupBy({ by: ['trialId'], where: { trial: { sweepId } } })).length === 3)
  // They wait behind it, and show when a worker is free again.
  const next = await bench.user.api.sweep.create.mutate({ datasets: ['shapes'], models: ['mobilenet-v2'], seeds: [21, 22, 23], recipe: quickRecipe(1000) })
  const ordered = await now()
  await bench.user.api.sweep.cancel.mutate({ id: sweepId })
  const metrics = await bench.server.db.epochMetric.count({ where: { trial: { sweepId } } })
  await until(async () => (await attemptsOf(next.sweepId)).length === 3)
  const taken = await attemptsOf(next.sweepId)
  expect(taken.map(({ worker }) => worker.name).toSorted()).toEqual(names)
  for (const { startedAt } of taken) expect(secondsBetween(ordered, startedAt)).toBeLessThan(mostSeconds)
  expect((await bench.user.api.sweep.get.query({ id: sweepId })).counts).toMatchObject({ cancelled: 5, running: 0, queued: 0 })
  expect(await bench.server.db.epochMetric.count({ where: { trial: { sweepId } } })).toBe(metrics)
  await bench.user.api.sweep.cancel.mutate({ id: next.sweepId })
}, patience)
