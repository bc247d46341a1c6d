import { afterAll, beforeAll, expect, test } from 'vitest'
import { quickRecipe } from './testing/quick-recipe.ts'
import { boundedGroup } from './testing/bounded-group.ts'
import { startFaultBench, type FaultBench } from './testing/fault-bench.ts'
import { until, untilFinal } from './testing/user-client.ts'

// One worker process with slots, in a control group whose memory takes two of these trials and not three.
/** Milliseconds: a machine with much other work starts processes slowly. */
const patience = 300_000
let bench: FaultBench
beforeAll(async () => {
  bench = await startFaultBench()
}, patience)
afterAll(() => bench.close())

const group = boundedGroup('slots', 3.3e9)
afterAll(() => group?.remove())

/** 606 MB by the engine's estimate. */
const launch = (seed: number) => {
  const recipe = quickRecipe(1000)
  return bench.launch({ seed, epochs: 1000, recipe: { ...recipe, phases: [{ ...recipe.phases[0]!, batchSize: 24 }] } })
}
const epochsOf = (trialId: string) => bench.server.db.epochMetric.count({ where: { trialId, name: 'train/loss' } })

test('two slots train two trials at once, and leave a third in the queue', async () => {
  const worker = bench.startWorker('double', { GRAFT_SLOTS: '2' })
  const ids = [await launch(1), await launch(2), await launch(3)]
  await until(async () => (await epochsOf(ids[0]!)) > 1 && (await epochsOf(ids[1]!)) > 1)
  const views = await Promise.all(ids.map((id) => bench.trial(id)))
  expect(views.map(({ state }) => state)).toEqual(['running', 'running', 'queued'])
  expect(views.flatMap(({ attempts }) => attempts.map((attempt) => attempt.worker))).toEqual(['double', 'double'])
  // Both of them go on.
  const before = await Promise.all(ids.slice(0, 2).map(epochsOf))
  await until(async () => (await Promise.all(ids.slice(0, 2).map(epochsOf))).every((count, index) => count > before[index]!))
  await bench.user.api.trial.cancel.mutate({ id: ids[0]! })
  await until(async () => (await bench.trial(ids[2]!)).state === 'running')
  for (const id of ids) await bench.user.api.trial.cancel.mutate({ id })
  expect(await worker.end('SIGTERM')).toBe(0)
}, patience)

test.skipIf(group === null)('a third trial whose memory does not fit waits, its lease renewed, and begins when there is room, in the same attempt', async () => {
  const worker = bench.startWorker('bounded', { GRAFT_SLOTS: '3' })
  group!.join(worker.child.pid!)
  const ids = [await launch(4), await launch(5), await launch(6)]
  const waiting = await until(async () => {
    const views = await Promise.all(ids.map((id) => bench.trial(id)))
    return views.find(({ progress }) => progress?.stage === 'waiting for memory')
  })
  expect(waiting.progress!.message).toMatch(/^0\.6 GB needed, \d\.\d GB free$/)
  const others = ids.filter((id) => id !== waiting.id)
  // It has begun nothing; the two others were let in.
  expect(await epochsOf(waiting.id)).toBe(0)
  for (const id of others) expect((await bench.trial(id)).progress?.stage).not.toBe('waiting for memory')
  await bench.user.api.trial.cancel.mutate({ id: others[0]! })
  await until(async () => (await epochsOf(waiting.id)) > 0)
  expect((await bench.trial(waiting.id)).attempts).toHaveLength(1)
  for (const id of ids) await bench.user.api.trial.cancel.mutate({ id })
  for (const id of ids) await untilFinal(() => bench.trial(id))
  expect(await worker.end('SIGTERM')).toBe(0)
}, patience)
