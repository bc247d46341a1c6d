import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFeatureIndex } from './feature-index.ts'
import { quickRecipe } from './testing/quick-recipe.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'
import { createUserClient, untilFinal, type UserClient } from './testing/user-client.ts'
import { startWorkerProcess } from './testing/worker-process.ts'
import { writeImageFolder } from './testing/write-image-folder.ts'
import { createWorkerClient } from './worker-client.ts'

let server: TestServer
let user: UserClient
beforeAll(async () => {
  server = await startTestServer()
  user = createUserClient(server.address, server.userToken)
})
afterAll(() => server.close())

const index = () => createFeatureIndex(createWorkerClient({ server: server.address, token: server.workerToken }))
const space = 'a'.repeat(64)

test('a shard is one worker’s until it lets go or its lease is over; claiming it again makes it longer', async () => {
  const [first, second] = [index(), index()]
  expect(await first.claimShard(space, ['0', '1', '2'])).toBe('0')
  expect(await second.claimShard(space, ['0', '1', '2'])).toBe('1')
  expect(await second.claimShard(space, ['0'])).toBeNull()
  expect(await first.claimShard(space, ['0'])).toBe('0')
  await second.releaseShard(space, '0') // not its own
  expect(await second.claimShard(space, ['0'])).toBeNull()
  await first.releaseShard(space, '0')
  expect(await second.claimShard(space, ['0'])).toBe('0')
  await server.db.$executeRaw`UPDATE "FeatureShard" SET "leaseUntil" = clock_timestamp() - interval '1 second'`
  expect(await first.claimShard(space, ['1'])).toBe('1')
  const racers = Array.from({ length: 8 }, index)
  const won = await Promise.all(racers.map((each) => each.claimShard('b'.repeat(64), ['x', 'y', 'z'])))
  expect(won.filter((shard) => shard !== null).toSorted()).toEqual(['x', 'y', 'z'])
})

test('a pack that is not in the storage is refused', async () => {
  await expect(index().add(space, { sha256: 'c'.repeat(64), bytes: 1, images: new Uint8Array(8) })).rejects.toMatchObject({ code: 'not_found' })
})

test('a second worker with an empty cache computes no features: it takes those of the first', async () => {
  await writeImageFolder(path.join(server.folder, 'shapes'), ['circle', 'square'], 16)
  const importId = await user.importFolder('shapes', path.join(server.folder, 'shapes'))
  const train = async (name: string, seed: number) => {
    const worker = startWorkerProcess(server, name, { GRAFT_CACHE: path.join(server.folder, `cache of ${name}`) })
    await untilFinal(() => user.api.import.get.query({ importId }))
    const { sweepId } = await user.api.sweep.create.mutate({ datasets: ['shapes'], models: ['mobilenet-v2'], recipe: quickRecipe(2), seeds: [seed] })
    const id = (await user.api.sweep.get.query({ id: sweepId })).trials[0]!.id
    const trial = await untilFinal(() => user.api.trial.get.query({ id }))
    await worker.end('SIGTERM')
    return trial
  }
  const first = await train('first', 0)
  const second = await train('second', 1)
  expect(first).toMatchObject({ state: 'finished', attempts: [{ worker: 'first' }], summary: { features: { computed: 32, reused: 0 } } })
  expect(second).toMatchObject({ state: 'finished', attempts: [{ worker: 'second' }], summary: { features: { computed: 0, reused: 32 } } })
  expect(second.summary!.features.secondsSaved).toBeGreaterThan(0)
  expect(second.summary!.timings.extraction).toBe(0)
})
