import type { SweepRequest } from '@graft/contracts/sweep'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { importDataset, makeManifest, makeTrialResult, registerWorker, smallRecipe, syncModels } from '../testing/fixtures.ts'
import { createTestServer, type TestServer } from '../testing/test-server.ts'
import { claimTrial, tellEpoch, trainWaiting } from '../testing/train-trials.ts'
import { advanceSweep } from './advance-sweep.ts'

let server: TestServer
let workerId: string
let batch = 0
const birds = makeManifest(10)

beforeAll(async () => {
  server = await createTestServer()
  await syncModels(server)
  workerId = await registerWorker(server)
  await importDataset(server, workerId, 'birds', birds)
})
afterAll(() => server.close())
beforeEach(() => void (batch += 1))

const request = (more: object = {}, seeds = [0]): SweepRequest => ({
  datasets: ['birds'],
  models: ['three-layer-convnet'],
  recipe: { ...smallRecipe, head: { ...smallRecipe.head, dense: [{ ...smallRecipe.head.dense[0]!, units: batch }] } },
  seeds,
  search: { space: { parameters: { 'phases.0.optimizer.learningRate': { values: [0.1, 0.2, 0.3, 0.4] } } }, method: 'grid', parallel: 1, ...more },
})

/** Tells the accuracies of one trial's epochs until it is told to stop. @returns how many epochs it was let train. */
const trainOne = async (accuracies: readonly number[]): Promise<number> => (await trainSeed(() => accuracies)).epochs

/** The same where the accuracies depend on the seed of the trial that comes. */
async function trainSeed(accuraciesOf: (seed: number) => readonly number[]): Promise<{ seed: number; epochs: number }> {
  const job = (await claimTrial(server, workerId))!
  const { seed } = job.payload
  const accuracies = accuraciesOf(seed)
  const reference = { jobId: job.jobId, attempt: job.attempt, workerId }
  for (const [index, accuracy] of accuracies.entries()) {
    const { order } = await tellEpoch(server, workerId, job, index + 1, accuracy)
    if (order === 'continue') continue
    expect(order).toBe('prune')
    await server.worker.worker.prune(reference)
    return { seed, epochs: index + 1 }
  }
  await server.worker.worker.finish({ ...reference, result: makeTrialResult(birds, () => true) })
  return { seed, epochs: accuracies.length }
}

test('a trial that falls behind is told to stop with its metrics; its value so far is a result, never the best', async () => {
  const { sweepId } = await server.user.sweep.create(request({ stopping: { kind: 'asha', minimumEpochs: 2, eta: 2 } }))
  for (const [accuracies, epochs] of [[[0.5, 0.6, 0.7, 0.7], 4], [[0.9, 0.3, 0.3, 0.3], 2], [[0.5, 0.8, 0.8, 0.9], 4]] as const) {
    expect(await trainOne(accuracies)).toBe(epochs)
    await advanceSweep(server.server.db, sweepId)
  }
  const sweep = await server.user.sweep.get({ id: sweepId })
  expect(sweep).toMatchObject({ counts: { finished: 2, pruned: 1, queued: 1 }, configurations: { finished: 2, pruned: 1, running: 1 }, best: { configuration: 2, value: 0.9 } })
  const { items } = await server.user.sweep.trials({ id: sweepId, states: ['pruned'] })
  expect(items).toMatchObject([{ configuration: 1, objective: 0.9, stopReason: 'Not among the best 1/2 after 2 epochs.' }])
  const [, pruned] = await server.server.db.sweepConfiguration.findMany({ where: { sweepId }, orderBy: { index: 'asc' } })
  expect(pruned).toMatchObject({ state: 'pruned', value: 0.9 })
  await server.user.sweep.cancel({ id: sweepId })
})

test('a rule of one sweep does not stop what another wants whole', async () => {
  const one = { space: { parameters: { 'phases.0.optimizer.learningRate': { value: 0.1 } } } }
  const stopping = { kind: 'threshold', lower: 0.5 }
  const { sweepId: eager } = await server.user.sweep.create(request({ ...one, stopping }))
  const { sweepId: patient } = await server.user.sweep.create(request(one))
  const shared = async () => (await server.user.sweep.trials({ id: patient })).items.map(({ id }) => id)
  expect(await shared()).toEqual((await server.user.sweep.trials({ id: eager })).items.map(({ id }) => id))
  expect(await trainOne([0.1, 0.1])).toBe(2)
  for (const id of [eager, patient]) {
    await advanceSweep(server.server.db, id)
    expect(await server.user.sweep.get({ id })).toMatchObject({ state: 'finished', counts: { finished: 1 } })
  }
})

test('each seed is compared with the same seed of others; the last epoch is not stopped', async () => {
  const { sweepId } = await server.user.sweep.create(request({ space: { parameters: { 'phases.0.epochs': { values: [3] }, 'phases.0.optimizer.learningRate': { values: [0.1, 0.2] } } }, stopping: { kind: 'asha', minimumEpochs: 1, eta: 2 } }, [0, 1]))
  const both = async (accuraciesOf: (seed: number) => readonly number[]) => [await trainSeed(accuraciesOf), await trainSeed(accuraciesOf)].toSorted((a, b) => a.seed - b.seed).map(({ epochs }) => epochs)
  expect(await both((seed) => (seed === 0 ? [0.5, 0.5, 0.5] : [0.2, 0.2, 0.2]))).toEqual([3, 3])
  await advanceSweep(server.server.db, sweepId)
  expect(await both((seed) => (seed === 0 ? [0.4, 0.4, 0.4] : [0.3, 0.3, 0.1]))).toEqual([1, 3])
  await advanceSweep(server.server.db, sweepId)
  expect(await server.user.sweep.get({ id: sweepId })).toMatchObject({ state: 'finished', configurations: { finished: 1, pruned: 1 } })
})

test('a search starts from an earlier sweep’s results, and importance tells what mattered', async () => {
  const space = { parameters: { 'phases.0.optimizer.learningRate': { distribution: 'log_uniform_values' as const, min: 1e-4, max: 1 }, 'phases.0.epochs': { distribution: 'int_uniform' as const, min: 1, max: 3 } } }
  const quality = ({ recipe }: { recipe: SweepRequest['recipe'] }): number => 1 - Math.abs(Math.log10(recipe.phases[0]!.optimizer!.learningRate!) + 2) / 10
  const run = async (more: object): Promise<string> => {
    const { sweepId } = await server.user.sweep.create(request({ space, parallel: 1, ...more }))
    for (;;) {
      await advanceSweep(server.server.db, sweepId)
      if ((await server.user.sweep.get({ id: sweepId })).state === 'finished') return sweepId
      await trainWaiting(server, workerId, { birds }, ({ recipe }) => quality({ recipe }))
    }
  }
  const earlier = await run({ method: 'random', budget: { trials: 15 } })
  const [learningRate] = await server.user.sweep.importance({ id: earlier })
  expect(learningRate).toMatchObject({ name: 'phases.0.optimizer.learningRate' })
  expect(learningRate!.importance).toBeGreaterThan(0.7)
  batch += 1 // another recipe, so that nothing is linked
  const { best } = await server.user.sweep.get({ id: earlier })
  const warm = await run({ method: 'tpe', budget: { trials: 3 }, warmStart: [earlier] })
  const first = (await server.user.sweep.trials({ id: warm })).items[0]!
  expect(first.parameters['phases.0.optimizer.learningRate']).toBeCloseTo(best!.parameters['phases.0.optimizer.learningRate'] as number, 6)
  await expect(run({ method: 'tpe', budget: { trials: 3 }, warmStart: ['nothing'] })).rejects.toMatchObject({ cause: { code: 'not_found', field: 'search.warmStart.0' } })
})
