import type { SweepRequest } from '@graft/contracts/sweep'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTrialResult, smallRecipe } from '../testing/fixtures.ts'
import { birds, createServerWithDatasets, leaves } from '../testing/server-with-datasets.ts'
import type { TestServer } from '../testing/test-server.ts'
import { claimTrial, tellEpoch, type TrialPayload } from '../testing/train-trials.ts'
import { advanceSweep } from './advance-sweep.ts'

let server: TestServer
let workerId: string
beforeAll(async () => {
  ({ server, workerId } = await createServerWithDatasets())
})
afterAll(() => server.close())

const learningRate = 'phases.0.optimizer.learningRate'
const rate = ({ recipe }: TrialPayload): number => recipe.phases[0]!.optimizer.learningRate
const request = (dataset: string, search: Partial<NonNullable<SweepRequest['search']>>): SweepRequest => ({
  datasets: [dataset],
  models: ['three-layer-convnet'],
  recipe: smallRecipe,
  seeds: [0],
  search: { space: { parameters: { [learningRate]: { distribution: 'log_uniform_values', min: 1e-5, max: 1 } } }, method: 'random', parallel: 1, ...search },
})

/** Trains one trial of what waits, which began so long ago by the database's clock. @returns what was trained. */
async function trainOne(sweepId: string, seconds: number, accuracyOf: (payload: TrialPayload) => number = () => 0.5): Promise<TrialPayload> {
  const job = (await claimTrial(server, workerId))!
  await server.server.db.$executeRaw`UPDATE "Attempt" SET "startedAt" = clock_timestamp() - make_interval(secs => ${seconds}) WHERE "jobId" = ${job.jobId} AND number = ${job.attempt}`
  const accuracy = accuracyOf(job.payload)
  await tellEpoch(server, workerId, job, 1, accuracy)
  const result = makeTrialResult(job.payload.datasetName === 'birds' ? birds : leaves, () => true)
  await server.worker.worker.finish({ jobId: job.jobId, attempt: job.attempt, workerId, result: { ...result, summary: { ...result.summary, validation: { ...result.summary.validation, accuracy } } } })
  await advanceSweep(server.server.db, sweepId)
  return job.payload
}

test('a budget of seconds: once the trials have taken them nothing more is proposed, and the sweep says why', async () => {
  const { sweepId: id } = await server.user.sweep.create(request('birds', { budget: { seconds: 100 }, seed: 1 }))
  for (const used of [40, 80]) {
    await trainOne(id, 40)
    const sweep = await server.user.sweep.get({ id })
    expect(sweep).toMatchObject({ state: 'running', exhausted: null, counts: { queued: 1 }, used: { seconds: expect.closeTo(used, -1) } })
    expect(sweep.fraction).toBeCloseTo(sweep.used.seconds / 100, 10)
  }
  await trainOne(id, 40)
  expect(await server.user.sweep.get({ id })).toMatchObject({ state: 'finished', exhausted: 'The budget of 100 seconds is used.', fraction: 1, counts: { finished: 3, queued: 0 }, configurations: { finished: 3, running: 0 }, used: { seconds: expect.closeTo(120, -1) } })
  expect(await claimTrial(server, workerId)).toBeNull()

  await server.user.sweep.extend({ id, budget: { seconds: 150 } })
  expect(await server.user.sweep.get({ id })).toMatchObject({ state: 'running', exhausted: null, counts: { queued: 1 } })
  await trainOne(id, 40)
  expect(await server.user.sweep.get({ id })).toMatchObject({ state: 'finished', exhausted: 'The budget of 150 seconds is used.', counts: { finished: 4 } })
})

test('an attempt that was lost or runs counts for the seconds, too', async () => {
  const { sweepId: id } = await server.user.sweep.create(request('birds', { budget: { seconds: 100 }, parallel: 2, seed: 2 }))
  const trials = await server.server.db.trial.findMany({ where: { sweepId: id }, select: { jobId: true } })
  await server.server.db.attempt.create({ data: { jobId: trials[0]!.jobId, number: 99, workerId, state: 'lost' } })
  await server.server.db.$executeRaw`UPDATE "Attempt" SET "endedAt" = clock_timestamp(), "startedAt" = clock_timestamp() - interval '90 seconds' WHERE number = 99`
  await trainOne(id, 20)
  expect(await server.user.sweep.get({ id })).toMatchObject({ exhausted: 'The budget of 100 seconds is used.', state: 'running', counts: { queued: 1 } }) // what was proposed is trained
  await trainOne(id, 20)
  expect(await server.user.sweep.get({ id })).toMatchObject({ state: 'finished', counts: { finished: 2 } })
})

test('a warm start from a sweep on another dataset: its best configurations are tried first, whatever accuracies are usual there', async () => {
  const quality = (best: number, level: number) => (payload: TrialPayload) => level - Math.abs(Math.log10(rate(payload)) - best) / 10
  const { sweepId: earlier } = await server.user.sweep.create(request('birds', { budget: { trials: 8 }, seed: 3 }))
  const there: { rate: number; accuracy: number }[] = []
  for (let trial = 0; trial < 8; trial += 1) {
    const payload = await trainOne(earlier, 1, quality(-2, 0.95))
    there.push({ rate: rate(payload), accuracy: quality(-2, 0.95)(payload) })
  }
  expect(await server.user.sweep.get({ id: earlier })).toMatchObject({ state: 'finished' })
  const best = there.toSorted((one, other) => other.accuracy - one.accuracy).map((trial) => trial.rate)

  const search = { method: 'tpe' as const, budget: { trials: 3 }, seed: 4 }
  const { sweepId: id } = await server.user.sweep.create(request('leaves', { ...search, warmStart: [earlier] }))
  const here: number[] = []
  for (let trial = 0; trial < 3; trial += 1) here.push(rate(await trainOne(id, 1, quality(-2, 0.4))))
  for (const [index, value] of here.entries()) expect(value).toBeCloseTo(best[index]!, 10)
  const sweep = await server.user.sweep.get({ id })
  expect(sweep).toMatchObject({ state: 'finished', exhausted: 'The budget of 3 trials is used.', datasets: ['leaves'], counts: { finished: 3 } }) // trained here, not linked
  expect(sweep.best!.value).toBeLessThan(0.4 + 1e-9)

  const { sweepId: cold } = await server.user.sweep.create({ ...request('leaves', search), name: 'cold' })
  const { parameters } = await server.server.db.sweepConfiguration.findFirstOrThrow({ where: { sweepId: cold } })
  expect(best).not.toContain((parameters as Record<string, number>)[learningRate])
  await server.user.sweep.cancel({ id: cold })
})
