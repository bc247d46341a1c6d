import { sweepStates, type SweepState } from '@graft/contracts/sweep-states'
import type { SweepRequest } from '@graft/contracts/sweep'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { importDataset, makeManifest, registerWorker, smallRecipe, syncModels } from '../testing/fixtures.ts'
import { createTestServer, type TestServer } from '../testing/test-server.ts'
import { claimTrial, tellEpoch, trainWaiting } from '../testing/train-trials.ts'
import { advanceSweep } from './advance-sweep.ts'
import { changeSweepState } from './change-sweep-state.ts'
import { lockSweep } from './lock-sweep.ts'

let server: TestServer
let workerId: string
const manifests = { birds: makeManifest(10), leaves: makeManifest(8, 'leaves') }
let batch = 0

beforeAll(async () => {
  server = await createTestServer()
  await syncModels(server)
  workerId = await registerWorker(server)
  for (const [name, manifest] of Object.entries(manifests)) await importDataset(server, workerId, name, manifest)
})
afterAll(() => server.close())
/** Each test has a recipe of its own, so that none is given another's trials. */
beforeEach(() => void (batch += 1))

const recipe = () => ({ ...smallRecipe, head: { ...smallRecipe.head, dense: [{ ...smallRecipe.head.dense[0]!, units: batch }] } })
const plain = (more: Partial<SweepRequest> = {}): SweepRequest => ({ datasets: ['birds'], models: ['three-layer-convnet'], recipe: recipe(), seeds: [0, 1], ...more })
const grid = (more: object = {}): SweepRequest => plain({ seeds: [0], search: { space: { parameters: { 'phases.0.epochs': { values: [1, 2, 3, 4] } } }, method: 'grid', parallel: 2, ...more } })
const launch = async (request: SweepRequest): Promise<string> => (await server.user.sweep.create(request)).sweepId
const get = (id: string) => server.user.sweep.get({ id })
const train = (most = Infinity) => trainWaiting(server, workerId, manifests, ({ recipe: { phases } }) => phases[0]!.epochs / 10, most)
const advance = (id: string) => advanceSweep(server.server.db, id)
async function fail(): Promise<string> {
  const job = (await claimTrial(server, workerId))!
  await server.worker.worker.fail({ jobId: job.jobId, attempt: job.attempt, workerId, error: { code: 'internal', message: 'Broken.' }, retryable: false })
  return job.payload.trialId
}

test('six people launch one new recipe in the same moment, and cancel it in the same moment', async () => {
  const ids = await Promise.all(Array.from({ length: 6 }, () => launch(plain())))
  expect(new Set(ids).size).toBe(6)
  const cancelled = await Promise.all(ids.map((id) => server.user.sweep.cancel({ id })))
  expect(cancelled.reduce((sum, one) => sum + one.cancelled, 0)).toBe(2) // the trials that all six shared, by the last of them
})

test('the one function that changes a state allows what the table says and nothing else', async () => {
  const id = await launch(plain())
  const allowed: [SweepState, SweepState][] = []
  const refused: unknown[] = []
  for (const from of sweepStates) {
    for (const to of sweepStates) {
      const moved = await server.server.db
        .$transaction(async (tx) => {
          await tx.sweep.update({ where: { id }, data: { state: from } })
          await changeSweepState(tx, await lockSweep(tx, id), to)
          return true
        })
        .catch((error: unknown) => {
          refused.push(error)
          return false
        })
      if (moved) allowed.push([from, to])
    }
  }
  expect(allowed).toEqual([['running', 'paused'], ['running', 'finished'], ['running', 'cancelled'], ['paused', 'running'], ['paused', 'finished'], ['paused', 'cancelled'], ['finished', 'running'], ['cancelled', 'running']])
  expect(refused).toHaveLength(16 - allowed.length)
  for (const error of refused) expect(error).toMatchObject({ code: 'conflict', message: expect.stringMatching(/is \w+ and cannot become \w+\./) })
  await server.user.sweep.cancel({ id }).catch(() => null)
  await server.server.db.sweep.delete({ where: { id } })
})

test('a paused sweep gives out nothing, proposes nothing, and goes on where it was', async () => {
  const id = await launch(grid())
  const running = (await claimTrial(server, workerId))!
  expect(await server.user.sweep.pause({ id })).toEqual({ paused: 2 })
  expect(await claimTrial(server, workerId)).toBeNull()
  // The one that runs is told to stop at a checkpoint.
  expect(await tellEpoch(server, workerId, running, 1, 0.5)).toEqual({ order: 'pause' })
  await server.worker.worker.pause({ jobId: running.jobId, attempt: running.attempt, workerId, reason: null })
  await advance(id)
  expect(await get(id)).toMatchObject({ state: 'paused', counts: { paused: 2, queued: 0 }, configurations: { running: 2 } })
  await expect(server.user.sweep.pause({ id })).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(await server.user.sweep.resume({ id })).toEqual({ resumed: 2 })
  await train()
  await advance(id)
  await train()
  await advance(id)
  expect(await get(id)).toMatchObject({ state: 'finished', configurations: { finished: 4 } })
})

test('cancelling leaves what another sweep wants and tells the worker; resuming queues what was cancelled', async () => {
  const first = await launch(plain({ seeds: [0, 1, 2] }))
  const second = await launch(plain({ seeds: [2] }))
  const running = (await claimTrial(server, workerId))!
  expect(running.payload.seed).toBe(0)
  expect(await server.user.sweep.cancel({ id: first })).toEqual({ cancelled: 2 })
  expect(await server.worker.worker.renew({ jobId: running.jobId, attempt: running.attempt, workerId, progress: { stage: 'training', fraction: 0, message: '' } })).toEqual({ order: 'cancel' })
  expect(await get(first)).toMatchObject({ state: 'cancelled', counts: { cancelled: 2, queued: 1 }, configurations: { cancelled: 1 } })
  expect(await server.user.sweep.cancel({ id: first })).toEqual({ cancelled: 0 })
  expect(await server.user.sweep.resume({ id: first })).toEqual({ resumed: 2 })
  expect(await train()).toHaveLength(3)
  await advance(first)
  await advance(second)
  expect([(await get(first)).state, (await get(second)).state]).toEqual(['finished', 'finished'])
})

test('only what failed is tried again; a sweep that was finished runs again', async () => {
  const id = await launch(plain())
  const failed = await fail()
  await train()
  await advance(id)
  expect(await get(id)).toMatchObject({ state: 'finished', counts: { finished: 1, failed: 1 }, configurations: { failed: 1 }, best: null })
  expect(await server.user.sweep.retry({ id })).toEqual({ retried: 1 })
  expect(await get(id)).toMatchObject({ state: 'running', endedAt: null })
  expect((await train()).map(({ trialId }) => trialId)).toEqual([failed])
  await advance(id)
  expect(await get(id)).toMatchObject({ state: 'finished', configurations: { finished: 1 }, best: { configuration: 0, value: 2 } })
})

test('a trial that diverged gives its configuration no value and is not tried again', async () => {
  const id = await launch(grid())
  const job = (await claimTrial(server, workerId))!
  await tellEpoch(server, workerId, job, 1, 0.99)
  await server.worker.worker.fail({ jobId: job.jobId, attempt: job.attempt, workerId, error: { code: 'diverged', message: 'The loss is not finite.' }, retryable: false })
  await advance(id)
  expect(await get(id)).toMatchObject({ counts: { diverged: 1 }, configurations: { diverged: 1, running: 2 }, best: null })
  expect(await server.user.sweep.retry({ id })).toEqual({ retried: 0 })
  await server.user.sweep.cancel({ id })
})

test('more seeds, datasets and budget: finished configurations get the new points, the search goes on', async () => {
  const id = await launch(grid({ budget: { trials: 2 } }))
  await train()
  await advance(id)
  expect(await get(id)).toMatchObject({ state: 'finished', used: { trials: 2 } })
  expect(await server.user.sweep.extend({ id, seeds: [1], datasets: ['leaves'] })).toEqual({ added: 6 })
  expect(await get(id)).toMatchObject({ state: 'running', datasets: ['birds', 'leaves'], seeds: [0, 1], configurations: { running: 2 } })
  await train()
  await advance(id)
  expect(await get(id)).toMatchObject({ state: 'finished', counts: { finished: 8 } })
  expect(await server.user.sweep.extend({ id, budget: { trials: 12 } })).toEqual({ added: 4 })
  await train()
  await advance(id)
  expect(await get(id)).toMatchObject({ state: 'finished', configurations: { finished: 3 }, search: { budget: { trials: 12 } }, used: { trials: 12 } })
  await expect(server.user.sweep.extend({ id, datasets: ['cats'] })).rejects.toMatchObject({ cause: { code: 'not_found', field: 'datasets.0' } })
})

test('a copy asks for the same; with another seed for other configurations', async () => {
  const space = { parameters: { 'phases.0.optimizer.learningRate': { distribution: 'log_uniform_values' as const, min: 1e-4, max: 1 } } }
  const id = await launch(plain({ name: 'the first', search: { space, method: 'random', budget: { trials: 4 }, parallel: 2 } }))
  const request = await server.user.sweep.request({ id })
  expect(request).toMatchObject({ name: 'the first', datasets: ['birds'], models: ['three-layer-convnet'], seeds: [0, 1], search: { method: 'random', budget: { trials: 4 }, seed: 0 } })
  const same = await server.user.sweep.clone({ id })
  expect(await get(same.sweepId)).toMatchObject({ name: 'the first (copy)' })
  const parameters = async (sweepId: string) => (await server.user.sweep.trials({ id: sweepId })).items.map((item) => item.parameters)
  expect(await parameters(same.sweepId)).toEqual(await parameters(id))
  const other = await server.user.sweep.clone({ id, name: 'another', seed: 1 })
  expect(await parameters(other.sweepId)).not.toEqual(await parameters(id))
  for (const sweepId of [id, same.sweepId, other.sweepId]) await server.user.sweep.cancel({ id: sweepId })
})

test('a higher priority goes first, also for trials that come later', async () => {
  const slow = await launch(plain({ seeds: [0, 1] }))
  const urgent = await launch(plain({ seeds: [5, 6], priority: 1 }))
  expect((await claimTrial(server, workerId))!.payload.seed).toBe(5)
  await server.user.sweep.setPriority({ id: slow, priority: 2 })
  expect((await claimTrial(server, workerId))!.payload.seed).toBe(0)
  await server.user.sweep.extend({ id: slow, seeds: [9] })
  expect([(await claimTrial(server, workerId))!.payload.seed, (await claimTrial(server, workerId))!.payload.seed]).toEqual([1, 9])
  for (const sweepId of [slow, urgent]) await server.user.sweep.cancel({ id: sweepId })
})

test('the server takes a sweep further by itself when a trial ends', async () => {
  const id = await launch(grid({ parallel: 1 }))
  for (let trained = 0; trained < 4; trained += 1) {
    expect(await train(1)).toHaveLength(1)
    await expect.poll(async () => (await get(id)).configurations.finished, { timeout: 10_000 }).toBe(trained + 1)
    await expect.poll(async () => { const { state, counts } = await get(id); return state === 'finished' || counts.queued === 1 }, { timeout: 10_000 }).toBe(true)
  }
  expect(await get(id)).toMatchObject({ state: 'finished' })
})

test('budgets in images end a search', async () => {
  const id = await launch(grid({ parallel: 1, budget: { images: 30 } }))
  for (let rounds = 0; rounds < 2; rounds += 1) {
    await train()
    await advance(id)
  }
  expect(await get(id)).toMatchObject({ state: 'finished', used: { trials: 2, images: 40 } }) // 20 training images, one epoch each
})

test.each([
  [{ method: 'grid', space: { parameters: { 'phases.0.optimizer.learningRate': { distribution: 'uniform', min: 0.1, max: 1 } } } }, /phases.0.optimizer.learningRate/, /search.space.parameters/],
  [{ method: 'random', space: { parameters: { 'phases.0.optimizer.learningRate': { distribution: 'uniform', min: 0.1, max: 1 } } } }, /endlessly many/, /search.budget/],
  [{ space: { parameters: { 'phases.0.optimizer.learningRate': { values: [0.1, 11] } } } }, /learningRate = 11: At most 10/, /search.space.parameters.phases.0.optimizer.learningRate/],
  [{ space: { parameters: { 'phases.0.batchSize': { values: [2, 512] } } } }, /phases.0.batchSize = 512: The batch size 512 is larger/, /search.space.parameters.phases.0.batchSize/],
  [{ space: { parameters: { 'phases.0.epochs': { distribution: 'int_uniform', min: 1, max: 5000 } } }, budget: { trials: 3 } }, /phases.0.epochs = \d+/, /search.space.parameters.phases.0.epochs/],
  [{ space: { parameters: { 'phases.0.epochs': { values: [1, 2] } } }, budget: { trials: 1 } }, /takes 2 trials/, /search.budget.trials/],
  [{ space: { parameters: { 'phases.0.epoch': { values: [1, 2] } } } }, /There is no epoch here/, /search.space.parameters.phases.0.epoch/],
])('a search that cannot go well is refused before anything is launched: %j', async (search, message, field) => {
  const request = plain({ search: search as SweepRequest['search'] })
  for (const ask of [server.user.sweep.create, server.user.sweep.estimate]) {
    await expect(ask(request)).rejects.toMatchObject({ cause: { code: 'invalid_input', message: expect.stringMatching(message), field: expect.stringMatching(field) } })
  }
})
