import path from 'node:path'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quickRecipe } from './testing/quick-recipe.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'
import { createUserClient, until, untilFinal, type UserClient } from './testing/user-client.ts'
import { startWorkerProcess, type WorkerProcess } from './testing/worker-process.ts'
import { noisyImage, writeImageFolder } from './testing/write-image-folder.ts'

let server: TestServer
let user: UserClient
let worker: WorkerProcess

beforeAll(async () => {
  server = await startTestServer()
  user = createUserClient(server.address, server.userToken)
  worker = startWorkerProcess(server, 'only')
  await writeImageFolder(path.join(server.folder, 'shapes'), ['circle', 'square'], 16)
  const importId = await user.importFolder('shapes', path.join(server.folder, 'shapes'))
  expect(await untilFinal(() => user.api.import.get.query({ importId }))).toMatchObject({ state: 'finished' })
})
afterAll(async () => {
  await worker.end('SIGKILL')
  await server.close()
})

test('an import, a quick check and a prediction end while the only worker trains a network from scratch', async () => {
  const train = async (epochs: number) => {
    const { sweepId } = await user.api.sweep.create.mutate({ datasets: ['shapes'], models: ['three-layer-convnet'], recipe: quickRecipe(epochs), seeds: [0] })
    return (await user.api.sweep.get.query({ id: sweepId })).trials[0]!.id
  }
  const trained = await train(1)
  await untilFinal(() => user.api.trial.get.query({ id: trained }))
  // Longer than this test could last: it ends by being cancelled.
  const long = await train(1000)
  await until(async () => (await server.db.epochMetric.count({ where: { trialId: long } })) > 0)

  const files: Record<string, Uint8Array> = {}
  for (const [classIndex, name] of ['red', 'green'].entries()) for (let image = 0; image < 10; image++) files[`${name}/${image}.png`] = await noisyImage(classIndex, 500 + image)
  const importId = await user.importArchive('colours', zipSync(files))
  expect(await untilFinal(() => user.api.import.get.query({ importId }))).toMatchObject({ state: 'finished', error: null, dataset: { name: 'colours' } })
  const check = await user.api.quickCheck.create.mutate({ dataset: 'colours', model: 'mobilenet-v2' })
  expect(await untilFinal(() => user.api.quickCheck.get.query({ id: check.id }))).toMatchObject({ state: 'finished', error: null })
  const image = await user.upload(await noisyImage(1, 99))
  const prediction = await user.api.prediction.create.mutate({ trialId: trained, images: [{ path: 'new.png', ...image }] })
  expect(await untilFinal(() => user.api.prediction.get.query({ id: prediction.id }))).toMatchObject({ state: 'finished', error: null })

  expect(await user.api.trial.get.query({ id: long })).toMatchObject({ state: 'running', attempts: [{ number: 1, worker: 'only' }] })
  await user.api.trial.cancel.mutate({ id: long })
})
