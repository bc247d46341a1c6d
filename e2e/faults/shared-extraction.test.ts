import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quickRecipe } from '../../apps/worker/src/testing/quick-recipe.ts'
import { until } from '../../apps/worker/src/testing/user-client.ts'
import { writeImageFolder } from '../../apps/worker/src/testing/write-image-folder.ts'
import type { FeatureSpace } from '../../packages/contracts/src/feature-store.ts'
import { createFeatureCache } from '../../packages/storage/src/feature-cache.ts'
import { startFaultRig, trainerOf, type FaultRig, type TrialOutcome } from './fault-rig.ts'

// A trial on 240 images, whose features are extracted in shards of about 12: by its own worker, and by those that have nothing else to do.
const images = 240
const workerSettings = { ownCache: true, environment: { GRAFT_SHARD_IMAGES: '12' } }
const seed = 1

let rig: FaultRig
/** What one worker alone makes of the trial, and its features. */
let control: TrialOutcome
let alone: Map<string, Float32Array>

beforeAll(async () => {
  rig = await startFaultRig()
  const folder = path.join(rig.server.folder, 'many')
  await writeImageFolder(folder, ['circle', 'square'], images / 2)
  const importer = rig.startWorker('importer of many')
  const importId = await rig.user.importFolder('many', folder)
  await until(async () => (await rig.user.api.import.get.query({ importId })).state === 'finished')
  await importer.end('SIGTERM')
  const worker = rig.startWorker('alone', workerSettings)
  const { id, sweepId } = await launch()
  await rig.untilOver(id)
  control = await rig.outcome(id)
  expect(await helpOf(id)).toEqual([])
  await worker.end('SIGTERM')
  alone = await featuresOf('alone')
  expect(alone.size).toBe(images)
  await forget(sweepId)
})
afterAll(() => rig.close())

async function launch(): Promise<{ id: string; sweepId: string }> {
  const { sweepId } = await rig.user.api.sweep.create.mutate({ datasets: ['many'], models: ['mobilenet-v2'], recipe: quickRecipe(3), seeds: [seed] })
  const { trialId } = await until(() => rig.server.db.sweepTrial.findFirst({ where: { sweepId }, select: { trialId: true } }))
  return { id: trialId, sweepId }
}

/** Also the features that were shared: the next trial has to extract them again. */
async function forget(sweepId: string): Promise<void> {
  await rig.forget(sweepId)
  await rig.server.db.featurePack.deleteMany()
}

/** Attempts at jobs that help a trial: state and worker. */
async function helpOf(trialId: string): Promise<string[]> {
  const attempts = await rig.server.db.attempt.findMany({ where: { job: { kind: 'extraction', subjectId: trialId } }, include: { worker: { select: { name: true } } } })
  return attempts.map(({ state, worker }) => `${state} ${worker.name}`)
}

/** All vectors in a worker's own cache. */
async function featuresOf(worker: string): Promise<Map<string, Float32Array>> {
  const folder = path.join(rig.server.folder, `cache-${worker}`, 'features')
  const [file] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('space.json'))
  if (file === undefined) return new Map()
  const space = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as FeatureSpace
  const hashes = await rig.server.db.datasetImage.findMany({ where: { version: { dataset: { name: 'many' } } }, select: { sha256: true } })
  return (await createFeatureCache(folder).read(space, hashes.map(({ sha256 }) => sha256))).features
}

const isAt = (output: () => string) => until(() => Promise.resolve(/Worker .* is at/.test(output())))
const hasShard = async (pid: number): Promise<boolean> => (await rig.server.db.featureShard.count({ where: { holder: { contains: ` ${pid} ` } } })) > 0

test('one trial, three workers: all of them extract its features, bit by bit those of one worker', async () => {
  const workers = ['first', 'second', 'third'].map((name) => rig.startWorker(name, workerSettings))
  for (const { output } of workers) await isAt(output)
  const { id, sweepId } = await launch()
  const told = new Set<string>()
  const shown = new Set<string>()
  await until(async () => {
    const [view, list] = await Promise.all([rig.user.api.trial.get.query({ id }), rig.user.api.worker.list.query()])
    if (view.progress !== null) told.add(view.progress.message)
    for (const { jobs } of list) for (const { kind, title, trialId } of jobs) if (kind === 'extraction') shown.add(`${title}${trialId === id ? ', of its trial' : ''}`)
    return view.state === 'finished'
  })
  expect(await rig.outcome(id)).toEqual(control)
  const caches = await Promise.all(workers.map(({ name }) => featuresOf(name)))
  const [trainer] = await rig.attemptsOf(id)
  const helpers = workers.filter(({ name }) => !trainer!.endsWith(name))
  const { summary } = await rig.user.api.trial.get.query({ id })
  const helped = helpers.map(({ name }) => caches[workers.findIndex((worker) => worker.name === name)]!.size)
  for (const count of [...helped, summary!.features.computed]) expect(count).toBeGreaterThan(0)
  expect(summary!.features.computed).toBeLessThan(images)
  expect(caches.find((cache) => cache.size === images)).toEqual(alone)
  for (const cache of caches) for (const [image, vector] of cache) expect(vector).toEqual(alone.get(image))
  expect([...told].some((message) => /^\d+ of 240 images, \d+ of them by other workers$/.test(message))).toBe(true)
  expect([...shown]).toEqual(['Features of MobileNetV2 on many, of its trial'])
  expect(await rig.server.db.job.count({ where: { kind: 'extraction', state: { in: ['queued', 'running'] } } })).toBe(0)
  for (const worker of workers) await worker.end('SIGTERM')
  await forget(sweepId)
})

test('kill -9 of a worker in its shard: the others compute it, to the same features', async () => {
  const workers = ['fourth', 'fifth', 'sixth'].map((name) => rig.startWorker(name, workerSettings))
  for (const { output } of workers) await isAt(output)
  const { id, sweepId } = await launch()
  const [attempt] = await until(async () => ((await rig.attemptsOf(id)).length > 0 ? rig.attemptsOf(id) : null))
  const trainer = workers.find(({ name }) => attempt!.endsWith(name))!
  const killed = workers.find((worker) => worker !== trainer)!
  const process = trainerOf(killed)
  await until(() => hasShard(process))
  await killed.end('SIGKILL')
  expect(await hasShard(process)).toBe(true) // which it never gives back
  await rig.untilOver(id)
  expect(await rig.outcome(id)).toEqual(control)
  expect(await rig.attemptsOf(id)).toHaveLength(1)
  expect(await featuresOf(trainer.name)).toEqual(alone)
  for (const worker of workers) if (worker !== killed) await worker.end('SIGTERM')
  await forget(sweepId)
})
