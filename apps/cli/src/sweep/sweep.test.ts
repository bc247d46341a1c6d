import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { readSweepFile } from '@graft/contracts/sweep-file/read-sweep-file'
import type { SweepEstimate } from '@graft/contracts/sweep'
import type { SweepSummary, SweepView, SweepTrialItem } from '@graft/contracts/views'
import { runWorker } from '@graft/worker/run-worker'
import { startTestServer, type TestServer } from '@graft/worker/testing/test-server'
import { writeImageFolder } from '@graft/worker/testing/write-image-folder'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createGraft, type CommandResult } from '../testing/graft.ts'

// The real command against a real server and a worker that trains.
let server: TestServer
let worker: Promise<unknown>
const stop = new AbortController()
let graft: (...words: string[]) => Promise<CommandResult>
let folder: string

const file = `
name: learning rates
method: random
metric: { name: val_acc, goal: maximize }
run_cap: 4
dataset: shapes
model: mobilenet-v2
recipe:
  name: quick
  phases: [{ kind: feature-extraction, epochs: 3, batchSize: 8 }]
  head: { dense: [] }
parameters:
  lr: { distribution: log_uniform_values, min: 1e-4, max: 0.1 }
  optimizer: { values: [adam, rmsprop] }
`

beforeAll(async () => {
  server = await startTestServer()
  folder = path.join(server.folder, 'here')
  await mkdir(folder, { recursive: true })
  await writeImageFolder(path.join(folder, 'shapes'), ['circle', 'square', 'star'], 10)
  await writeFile(path.join(folder, 'sweep.yaml'), file)
  graft = createGraft({ GRAFT_SERVER: server.address, GRAFT_TOKEN: server.userToken, GRAFT_CACHE: path.join(server.folder, 'cache') }, folder)
  worker = runWorker({ server: server.address, token: server.workerToken, name: 'tester', cacheFolder: path.join(server.folder, 'cache'), threads: 2, signal: stop.signal, log: () => undefined })
  await ok('import', 'shapes')
})
afterAll(async () => {
  stop.abort()
  await worker
  await server.close()
})

async function ok(...words: string[]): Promise<string> {
  const result = await graft(...words)
  expect(result).toMatchObject({ code: 0 })
  return result.stdout
}
const show = async (id: string) => JSON.parse(await ok('sweep', 'show', id, '--json')) as Omit<SweepView, 'trials'> & { trials: SweepTrialItem[] }

test('a W&B file is estimated, launched, trained and shown', async () => {
  const estimate = JSON.parse(await ok('sweep', 'launch', 'sweep.yaml', '--estimate', '--json')) as SweepEstimate
  expect(estimate).toMatchObject({ trials: 4, configurations: 4, alreadyDone: 0, workers: 1, memory: { state: 'planned' } })
  expect(estimate.memory.bytes).toBeGreaterThan(100e6)
  expect(estimate.memory.plans[0]!.words).toEqual([expect.stringMatching(/The trunk is frozen/)])
  const launched = await graft('sweep', 'launch', 'sweep.yaml')
  expect(launched).toMatchObject({ code: 0 })
  expect(launched.stderr).toMatch(/up to 4 configurations, 4 trials; about .* of storage/)
  expect(launched.stdout).toMatch(/state +finished █+ 100\.0%/)
  expect(launched.stdout).toMatch(/best +configuration \d: validation\/accuracy \d\.\d+ with /)
  expect(launched.stdout).toMatch(/forecast time .*, came .* \([+-]?\d+%\)/)
  const sweep = await show('learning rates')
  expect(sweep).toMatchObject({ state: 'finished', counts: { finished: 4 }, configurations: { finished: 4 }, launchedBy: 'owner', used: { trials: 4 } })
  expect(sweep.forecast!.actual!.storageBytes).toBeGreaterThan(0)
  // The process that trained was watched: the planner's word was of the right size.
  expect(sweep.forecast!.actual!.memoryBytes).toBeGreaterThan(100e6)
  expect(Math.abs(sweep.forecast!.error!.memoryBytes!)).toBeLessThan(1)
  const [best] = sweep.trials
  expect(best!.objective).toBe(Math.max(...sweep.trials.map(({ objective }) => objective!)))
  expect(Object.keys(best!.parameters).toSorted()).toEqual(['phases.0.optimizer.learningRate', 'phases.0.optimizer.name'])
  // What was measured makes the next forecast.
  expect(JSON.parse(await ok('sweep', 'launch', 'sweep.yaml', '--seed', '5', '--estimate', '--json'))).toMatchObject({ basis: 'measured', disk: { basis: 'measured' } })
})

test('what is exported launches the same sweep', async () => {
  const exported = await ok('sweep', 'export', 'learning rates')
  expect(readSweepFile(parse(exported))).toEqual(readSweepFile(parse(await readFile(path.join(folder, 'sweep.yaml'), 'utf8'))))
  await writeFile(path.join(folder, 'again.yaml'), exported)
  const { sweepId } = JSON.parse(await ok('sweep', 'launch', 'again.yaml', '--name', 'again', '--detach', '--json')) as { sweepId: string }
  await ok('sweep', 'watch', sweepId.slice(0, 8))
  const [first, again] = [await show('learning rates'), await show('again')]
  expect(again.trials.map(({ id }) => id).toSorted()).toEqual(first.trials.map(({ id }) => id).toSorted()) // same seed, same trials: nothing is trained twice
})

test('pause, priority, resume, extend, cancel, retry and clone', async () => {
  await writeFile(path.join(folder, 'long.yaml'), file.replace('run_cap: 4', 'run_cap: 500').replace('learning rates', 'held'))
  const { sweepId } = JSON.parse(await ok('sweep', 'launch', 'long.yaml', '--seed', '9', '--detach', '--json')) as { sweepId: string }
  expect(await ok('sweep', 'pause', 'held')).toMatch(/paused; `graft sweep resume/)
  expect(await ok('sweep', 'priority', 'held', '7')).toMatch(/Priority 7/)
  const listed = JSON.parse(await ok('sweep', 'list', '--json')) as SweepSummary[]
  expect(listed[0]).toMatchObject({ id: sweepId, name: 'held', state: 'paused', priority: 7, method: 'random' })
  expect(await ok('sweep')).toMatch(/held +.* random +paused/)
  await ok('sweep', 'resume', 'held')
  expect(await ok('sweep', 'extend', 'held', '--trials', '600')).toMatch(/added/)
  expect((await show(sweepId)).search!.budget).toEqual({ trials: 600 })
  expect(await ok('sweep', 'cancel', 'held')).toMatch(/cancelled/)
  expect((await show(sweepId)).state).toBe('cancelled')
  expect(await graft('sweep', 'retry', 'held')).toMatchObject({ code: 4, stderr: expect.stringMatching(/is cancelled[\s\S]*resume/) })
  expect(await ok('sweep', 'clone', 'learning rates', '--name', 'copy')).toMatch(/runs: \d trials? so far/)
})

test.each([
  ['methods: grid\n', /there is no “methods” here[\s\S]*method, metric/, 2],
  ['dataset: shapes\nmodel: mobilenet-v2\nparameters: { lr: { distribution: beta, a: 1 } }\n', /“beta” is not known here/, 2],
  ['dataset: nothing\nmodel: mobilenet-v2\n', /no dataset “nothing”/, 3],
  ['a: [\n', /no valid YAML or JSON/, 2],
])('a file that is wrong is refused: %j', async (text, words, code) => {
  await writeFile(path.join(folder, 'wrong.yaml'), text)
  expect(await graft('sweep', 'launch', 'wrong.yaml')).toMatchObject({ code, stderr: expect.stringMatching(words) })
})

test('a sweep that is not there', async () => {
  expect(await graft('sweep', 'show', 'learning rate')).toMatchObject({ code: 3, stderr: expect.stringMatching(/Did you mean learning rates/) })
  expect(await graft('sweep', 'launch', 'missing.yaml')).toMatchObject({ code: 3 })
})
