import type { Configuration } from '@graft/contracts/search-space'
import type { SweepRequest } from '@graft/contracts/sweep'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { smallRecipe } from '../testing/fixtures.ts'
import { birds, createServerWithDatasets, leaves } from '../testing/server-with-datasets.ts'
import type { TestServer } from '../testing/test-server.ts'
import { trainWaiting, type TrialPayload } from '../testing/train-trials.ts'
import { advanceSweep } from './advance-sweep.ts'

let server: TestServer
let workerId: string

beforeAll(async () => {
  ({ server, workerId } = await createServerWithDatasets())
})
afterAll(() => server.close())

const learningRate = 'phases.0.optimizer.learningRate'
const rate = ({ recipe }: TrialPayload): number => recipe.phases[0]!.optimizer.learningRate
/** Best at a learning rate of 0.01. */
const quality = (payload: TrialPayload): number => 1 - Math.abs(Math.log10(rate(payload)) + 2) / 10

const request = (search: SweepRequest['search'], seeds = [0]): SweepRequest => ({ datasets: ['birds'], models: ['three-layer-convnet'], recipe: smallRecipe, seeds, search })
const rates = (more: object = {}): SweepRequest['search'] => ({
  space: { parameters: { [learningRate]: { distribution: 'log_uniform_values', min: 1e-5, max: 1 } } },
  method: 'random',
  budget: { trials: 6 },
  parallel: 1,
  ...more,
})

/** Trains a sweep to its end; the configurations in order. */
async function runToEnd(sweepId: string, accuracyOf = quality): Promise<Configuration[]> {
  for (;;) {
    const { state } = await server.user.sweep.get({ id: sweepId })
    if (state !== 'running') break
    if ((await trainWaiting(server, workerId, { birds, leaves }, accuracyOf)).length === 0) throw new Error('The sweep is running, but nothing waits.')
    await advanceSweep(server.server.db, sweepId)
  }
  const rows = await server.server.db.sweepConfiguration.findMany({ where: { sweepId }, orderBy: { index: 'asc' } })
  return rows.map(({ parameters }) => parameters as Configuration)
}

test('a search proposes as many configurations as may run at once, then more as they end, and ends with its budget', async () => {
  const { sweepId, trials } = await server.user.sweep.create(request(rates({ parallel: 2, budget: { trials: 5 } })))
  expect(trials).toBe(2)
  expect(await server.user.sweep.get({ id: sweepId })).toMatchObject({ state: 'running', counts: { queued: 2 }, configurations: { running: 2 }, best: null, search: { method: 'random', seed: 0 } })
  const configurations = await runToEnd(sweepId)
  expect(configurations).toHaveLength(5)
  const sweep = await server.user.sweep.get({ id: sweepId })
  expect(sweep).toMatchObject({ state: 'finished', counts: { finished: 5 }, configurations: { finished: 5, running: 0 }, fraction: 1, secondsLeft: 0, used: { trials: 5, images: 5 * 20 } })
  const values = configurations.map((configuration) => 1 - Math.abs(Math.log10(configuration[learningRate] as number) + 2) / 10)
  expect(sweep.best!.value).toBeCloseTo(Math.max(...values))
  const { [sweepId]: line } = await server.user.sweep.bestSoFar({ ids: [sweepId, 'none'] })
  expect(line).toMatchObject({ metric: 'validation/accuracy', goal: 'maximize' })
  for (const [index, best] of line!.values.entries()) expect(best).toBeCloseTo(Math.max(...values.slice(0, index + 1)))
  expect(sweep.best!.parameters).toEqual(configurations[values.indexOf(Math.max(...values))])
})

test('a search whose target is reached proposes no more; what runs goes on to its end', async () => {
  const { sweepId } = await server.user.sweep.create({ ...request(rates({ parallel: 2, seed: 3, budget: { trials: 40 }, objective: { metric: 'validation/accuracy', target: 0.9 } })), name: 'to the target' })
  const configurations = await runToEnd(sweepId)
  const values = configurations.map((configuration) => 1 - Math.abs(Math.log10(configuration[learningRate] as number) + 2) / 10)
  const reached = values.findIndex((value) => value >= 0.9)
  expect(reached).toBeGreaterThan(-1)
  expect(values.length - reached).toBeLessThanOrEqual(2 + 1)
  expect(await server.server.db.sweep.findUnique({ where: { id: sweepId } })).toMatchObject({ state: 'finished', exhausted: 'The target of 0.9 is reached.' })
})

test('the same seed and the same results propose the same trials; another seed others', async () => {
  const run = async (seed: number) => {
    const { sweepId } = await server.user.sweep.create({ ...request(rates({ seed, method: 'tpe', budget: { trials: 4 } })), name: `seed ${seed}` })
    const configurations = await runToEnd(sweepId)
    // So that the next run trains anew instead of linking these.
    await server.server.db.sweep.delete({ where: { id: sweepId } })
    await server.server.db.trial.deleteMany()
    return configurations
  }
  const first = await run(7)
  expect(first).toHaveLength(4)
  expect(await run(7)).toEqual(first)
  expect(await run(8)).not.toEqual(first)
})

test('a configuration is trained with every dataset, model and seed that is not searched; its value is their mean', async () => {
  const { sweepId } = await server.user.sweep.create({
    models: ['three-layer-convnet'],
    recipe: smallRecipe,
    seeds: [0, 1],
    search: { space: { parameters: { dataset: { values: ['birds', 'leaves'] }, 'phases.0.epochs': { values: [2, 3] } } }, method: 'grid', parallel: 10 },
  })
  const { items } = await server.user.sweep.trials({ id: sweepId })
  expect(items.map(({ configuration, dataset, seed, parameters }) => [configuration, dataset, seed, parameters['phases.0.epochs']])).toEqual(
    [['birds', 2], ['birds', 3], ['leaves', 2], ['leaves', 3]].flatMap(([dataset, epochs], index) => [0, 1].map((seed) => [index, dataset, seed, epochs])),
  )
  await runToEnd(sweepId, ({ datasetName, seed, recipe }) => 0.4 + seed / 5 + (datasetName === 'leaves' ? 0.1 : 0) + recipe.phases[0]!.epochs / 100)
  const { best } = await server.user.sweep.get({ id: sweepId })
  expect(best).toMatchObject({ configuration: 3, parameters: { dataset: 'leaves', 'phases.0.epochs': 3 } })
  expect(best!.value).toBeCloseTo(0.4 + 0.1 + 0.1 + 0.03)
})
