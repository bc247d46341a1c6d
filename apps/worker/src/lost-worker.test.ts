import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quickRecipe } from './testing/quick-recipe.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'
import { createUserClient, until, untilFinal, type UserClient } from './testing/user-client.ts'
import { startWorkerProcess, type WorkerProcess } from './testing/worker-process.ts'
import { writeImageFolder } from './testing/write-image-folder.ts'

// Worker processes of their own, ended and frozen by signals. The 30 s of a lease are not waited for: the tests set its end in
// the database to now, which is what passing time does.
const epochs = 6

let server: TestServer
let user: UserClient
/** All that were started: none may outlive the tests, also where one fails. */
const started: WorkerProcess[] = []

beforeAll(async () => {
  server = await startTestServer()
  user = createUserClient(server.address, server.userToken)
  await writeImageFolder(path.join(server.folder, 'shapes'), ['circle', 'square'], 16)
  const helper = startWorker('helper')
  const importId = await user.importFolder('shapes', path.join(server.folder, 'shapes'))
  expect(await untilFinal(() => user.api.import.get.query({ importId }))).toMatchObject({ state: 'finished' })
  await helper.end('SIGTERM')
})
afterAll(async () => {
  for (const { end } of started) await end('SIGKILL')
  await server.close()
})

function startWorker(name: string): WorkerProcess {
  const workerProcess = startWorkerProcess(server, name)
  started.push(workerProcess)
  return workerProcess
}

async function launch(seed: number, recipe = quickRecipe(epochs)): Promise<string> {
  const { sweepId } = await user.api.sweep.create.mutate({ datasets: ['shapes'], models: ['three-layer-convnet'], recipe, seeds: [seed] })
  return (await user.api.sweep.get.query({ id: sweepId })).trials[0]!.id
}

/** Resolves when the trial has reported its first epochs and is not through yet. */
const underWay = (id: string) =>
  until(async () => {
    const count = await server.db.epochMetric.count({ where: { trialId: id } })
    return count > 0 && (await user.api.trial.get.query({ id })).state === 'running'
  })

const leaseRunsOut = (id: string) => server.db.$executeRaw`UPDATE "Job" SET "leaseUntil" = clock_timestamp() WHERE state = 'running' AND "subjectId" = ${id}`

/** Everything that a trial may leave behind exactly once. */
async function results(id: string) {
  const [view, metrics, predictions, detail] = await Promise.all([
    user.api.trial.get.query({ id }),
    server.db.epochMetric.count({ where: { trialId: id } }),
    server.db.prediction.count({ where: { trialId: id } }),
    user.api.dataset.get.query({ name: 'shapes' }),
  ])
  return {
    state: view.state,
    attempts: view.attempts.toSorted((a, b) => a.number - b.number).map((attempt) => `${attempt.number} ${attempt.state} ${attempt.worker}`),
    artifacts: view.artifacts.length,
    everyEpochOnce: metrics === epochs * 5,
    everyImageOnce: predictions === detail.bySplit.validation + detail.bySplit.test,
  }
}

test('a worker killed with -9 mid-trial: another takes the trial, and one set of results remains', async () => {
  const first = startWorker('first')
  const id = await launch(1)
  await underWay(id)
  await first.end('SIGKILL')
  const second = startWorker('second')
  await leaseRunsOut(id)
  await untilFinal(() => user.api.trial.get.query({ id }))
  expect(await results(id)).toEqual({ state: 'finished', attempts: ['1 lost first', '2 finished second'], artifacts: 2, everyEpochOnce: true, everyImageOnce: true })
  expect(await second.end('SIGTERM')).toBe(0)
})

test('a worker killed with -9 after a checkpoint: another goes on from it', async () => {
  const first = startWorker('keeper')
  const id = await launch(5, quickRecipe(1000))
  await until(async () => ((await server.db.job.findFirstOrThrow({ where: { subjectId: id } })).payload as { checkpoints?: string[] }).checkpoints?.length)
  // Seconds are never the same twice: where they stay, the epoch was not trained again.
  const seconds = (step: { gt: number } | { lte: number }) => server.db.epochMetric.findMany({ where: { trialId: id, name: 'epoch/seconds', step }, orderBy: { step: 'asc' }, select: { step: true, value: true } })
  await until(async () => (await seconds({ gt: 0 })).length > 0)
  await first.end('SIGKILL')
  const before = await seconds({ lte: 1 })
  const { length: epochsBefore } = await seconds({ gt: 0 })
  const successor = startWorker('successor')
  await leaseRunsOut(id)
  await until(async () => (await seconds({ gt: epochsBefore })).length > 0)
  expect(before).toHaveLength(1)
  expect(await seconds({ lte: 1 })).toEqual(before)
  await user.api.trial.cancel.mutate({ id })
  await successor.end('SIGTERM')
})

test('a worker frozen longer than its lease writes nothing once it wakes', async () => {
  const frozen = startWorker('frozen')
  const id = await launch(2)
  await underWay(id)
  frozen.child.kill('SIGSTOP')
  await leaseRunsOut(id)
  const other = startWorker('other')
  await untilFinal(() => user.api.trial.get.query({ id }))
  const before = await results(id)
  expect(before).toEqual({ state: 'finished', attempts: ['1 lost frozen', '2 finished other'], artifacts: 2, everyEpochOnce: true, everyImageOnce: true })
  const metrics = await server.db.epochMetric.findMany({ where: { trialId: id }, orderBy: [{ step: 'asc' }, { name: 'asc' }] })
  await other.end('SIGTERM')

  frozen.child.kill('SIGCONT')
  await until(async () => frozen.output().includes('lost its lease'))
  expect(await results(id)).toEqual(before)
  expect(await server.db.epochMetric.findMany({ where: { trialId: id }, orderBy: [{ step: 'asc' }, { name: 'asc' }] })).toEqual(metrics)
  await frozen.end('SIGKILL')
})

test('a worker told to stop gives its trial back within seconds; a cancelled trial stops', async () => {
  const leaving = startWorker('leaving')
  const id = await launch(4)
  await underWay(id)
  expect(await leaving.end('SIGTERM')).toBe(0)
  expect(await user.api.trial.get.query({ id })).toMatchObject({ state: 'queued', attempts: [{ number: 1, state: 'cancelled', worker: 'leaving' }] })
  expect((await user.api.worker.list.query()).find((each) => each.name === 'leaving')).toMatchObject({ state: 'left', jobs: [] })

  const busy = startWorker('busy')
  await underWay(id)
  await user.api.trial.cancel.mutate({ id })
  // Told by the next renewal, or by a refused write before it.
  await until(async () => /: (cancelled|left to another attempt) after/.test(busy.output()))
  expect(await user.api.trial.get.query({ id })).toMatchObject({ state: 'cancelled' })
})
