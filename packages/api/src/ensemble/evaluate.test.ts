import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTrialResult, sweepOf } from '../testing/fixtures.ts'
import { birds, createServerWithDatasets, leaves } from '../testing/server-with-datasets.ts'
import type { TestServer } from '../testing/test-server.ts'
import { claimTrial } from '../testing/train-trials.ts'

let server: TestServer
let workerId: string
const testImages = birds.images.filter(({ split }) => split === 'test')

beforeAll(async () => {
  ({ server, workerId } = await createServerWithDatasets())
})
afterAll(() => server.close())

/** What a seed gives an image's own class: surely right, doubtfully wrong on some of the first ten images, another seed on others. */
const ownProbability = (seed: number, image: number): number => (image % 5 === seed ? 0.4 : 0.9)

/** Trains what waits; the trials' ids by seed. Seed 3 keeps no predictions. */
async function train(dataset: string, seeds: number[]): Promise<Map<number, string>> {
  await server.user.sweep.create(sweepOf([dataset], ['three-layer-convnet'], seeds))
  const ids = new Map<number, string>()
  for (let job = await claimTrial(server, workerId); job !== null; job = await claimTrial(server, workerId)) {
    const { seed, trialId } = job.payload
    const rows = testImages.map(({ path, classIndex }, image) => {
      const own = ownProbability(seed, image)
      return [path, 'test', birds.classes[classIndex]!, birds.classes[own > 0.5 ? classIndex : 1 - classIndex]!, classIndex === 0 ? own : 1 - own, classIndex === 0 ? 1 - own : own].join(',')
    })
    const { sha256, bytes } = await server.server.blobs.write(Buffer.from(['path,split,label,predicted,probability of cat,probability of dog', 'cat/a.jpg,validation,cat,dog,0,1', ...rows, ''].join('\r\n')))
    const manifest = dataset === 'birds' ? birds : leaves
    const result = makeTrialResult(manifest, () => true)
    await server.worker.worker.finish({ jobId: job.jobId, attempt: job.attempt, workerId, result: { ...result, artifacts: seed === 3 ? [] : [{ kind: 'predictions-csv', name: 'predictions.csv', sha256, bytes }] } })
    ids.set(seed, trialId)
  }
  return ids
}

test('members that err on different images are right together; the gain over the best is compared image by image', async () => {
  const ids = await train('birds', [0, 1, 2, 3])
  const [first, second, third] = [ids.get(0)!, ids.get(1)!, ids.get(2)!]
  const pair = await server.user.ensemble.evaluate({ trialIds: [first, second, third] })
  expect(pair).toMatchObject({ dataset: 'birds', images: 20, accuracy: 1, best: first, overBest: { tied: true } }) // 4 wins to 0 of 20 images: as McNemar's exact test has it
  expect(pair.members).toMatchObject([{ trialId: first, seed: 0, model: 'three-layer-convnet', accuracy: 0.8 }, { seed: 1, accuracy: 0.8 }, { seed: 2, accuracy: 0.8 }])
  expect(pair.overBest.difference).toBeCloseTo(0.2)
  // Wilson's interval of 20 of 20.
  expect(pair.interval[0]).toBeCloseTo(20 / (20 + 1.959964 ** 2), 5)
  expect(pair.interval[1]).toBe(1)

  await expect(server.user.ensemble.evaluate({ trialIds: [first, ids.get(3)!] })).rejects.toThrow(/kept no predictions/)
  await expect(server.user.ensemble.evaluate({ trialIds: [first] })).rejects.toThrow(/at least two/)
  await expect(server.user.ensemble.evaluate({ trialIds: [first, first] })).rejects.toThrow(/stands twice/)
  const others = await train('leaves', [0])
  await expect(server.user.ensemble.evaluate({ trialIds: [first, others.get(0)!] })).rejects.toThrow(/another dataset version/)
})
