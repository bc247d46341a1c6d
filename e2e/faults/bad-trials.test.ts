import { readdirSync, statSync, truncateSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blobPath } from '../../packages/storage/src/local-blob-store.ts'
import { until } from '../../apps/worker/src/testing/user-client.ts'
import { quickRecipe } from '../../apps/worker/src/testing/quick-recipe.ts'
import { leaseRunsOut, startFaultRig, type FaultRig } from './fault-rig.ts'

let rig: FaultRig
beforeAll(async () => {
  rig = await startFaultRig()
})
afterAll(() => rig.close())

const jobOf = (id: string) => rig.server.db.job.findFirstOrThrow({ where: { subjectId: id } })

test('the loss becomes NaN: the trial ends as diverged at once, and is never ranked', async () => {
  const worker = rig.startWorker('one')
  const [phase] = quickRecipe(50).phases
  const { id } = await rig.launch(1, 50, { phases: [{ ...phase!, optimizer: { name: 'SGD', learningRate: 10, momentum: 0.9, nesterov: false } }] }, 'three-layer-convnet')
  const healthy = await rig.launch(1, 2)
  for (const trial of [id, healthy.id]) await rig.untilOver(trial)
  expect(await jobOf(id)).toMatchObject({ state: 'diverged', attempt: 1 })
  expect(await jobOf(healthy.id)).toMatchObject({ state: 'finished' })
  const leaderboard = JSON.stringify(await rig.user.api.leaderboard.get.query())
  expect(leaderboard).not.toContain(id)
  await worker.end('SIGTERM')
})

test('an image that was damaged after the import: the trial fails and names it, other trials do not', async () => {
  const image = await rig.server.db.datasetImage.findFirstOrThrow({ where: { split: 'train' } })
  const file = blobPath(path.join(rig.server.folder, 'storage'), image.sha256)
  truncateSync(file, statSync(file).size >> 1)
  // Else it takes the features that other trials' workers have shared, and never reads the image.
  await rig.server.db.featurePack.deleteMany()
  const worker = rig.startWorker('with an empty cache', { ownCache: true })
  const { id } = await rig.launch(2, 3)
  await rig.untilOver(id)
  const { state, error, attempt } = await jobOf(id)
  expect(state).toBe('failed')
  expect(attempt).toBeLessThanOrEqual(3)
  expect(JSON.stringify(error)).toContain(image.path)
  expect(worker.child.exitCode).toBeNull()
  await worker.end('SIGTERM')
  expect(readdirSync(path.dirname(file)).some((name) => name.includes(image.sha256))).toBe(true) // nothing stored was thrown away
})

test('a trial that kills each worker: failed after three, with the reason, and the fourth worker lives', async () => {
  const { id } = await rig.launch(3, 1000)
  for (const [index, name] of ['first', 'second', 'third'].entries()) {
    const victim = rig.startWorker(name)
    await until(async () => (await rig.attemptsOf(id)).includes(`${index + 1} running ${name}`))
    await rig.underWay(id)
    await victim.end('SIGKILL')
    await leaseRunsOut(rig, id)
  }
  await rig.untilOver(id)
  expect(await rig.attemptsOf(id)).toEqual(['1 lost first', '2 lost second', '3 lost third'])
  const { state, error } = await jobOf(id)
  expect(state).toBe('failed')
  expect(JSON.stringify(error)).toMatch(/vanished 3 times/)
  const fourth = rig.startWorker('fourth')
  const next = await rig.launch(4, 2)
  await rig.untilOver(next.id)
  expect(await rig.attemptsOf(next.id)).toEqual(['1 finished fourth'])
  await fourth.end('SIGTERM')
})
