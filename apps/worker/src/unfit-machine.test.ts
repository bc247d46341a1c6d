import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runWorker } from './run-worker.ts'
import { quickRecipe } from './testing/quick-recipe.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'
import { createUserClient, until, untilFinal, type UserClient } from './testing/user-client.ts'
import { standInForWeightsSite } from './testing/weights-site.ts'
import { writeImageFolder } from './testing/write-image-folder.ts'

// A worker on a machine without a way to the weights, and with a file where its feature cache should be.
let server: TestServer
let user: UserClient
let site: Awaited<ReturnType<typeof standInForWeightsSite>>
let worker: Promise<unknown>
const stop = new AbortController()
const log: string[] = []

beforeAll(async () => {
  server = await startTestServer()
  user = createUserClient(server.address, server.userToken)
  site = await standInForWeightsSite(() => new Response('No such file.', { status: 404 }))
  await writeImageFolder(path.join(server.folder, 'shapes'), ['circle', 'square'], 10)
  await mkdir(path.join(server.folder, 'cache'))
  await writeFile(path.join(server.folder, 'cache', 'features'), 'no folder')
  worker = runWorker({ server: server.address, token: server.workerToken, name: 'offline', cacheFolder: path.join(server.folder, 'cache'), threads: 1, signal: stop.signal, log: (line) => log.push(line) })
  const importId = await user.importFolder('shapes', path.join(server.folder, 'shapes'))
  expect(await untilFinal(() => user.api.import.get.query({ importId }))).toMatchObject({ state: 'finished' })
})
afterAll(async () => {
  stop.abort()
  await worker
  await site.close()
  await server.close()
})

const whatToDo = (file: string, model: string) => ({ code: 'unavailable', field: 'model', hint: expect.stringMatching(new RegExp(`^Get ${file} on another machine and run "graft models add ${file}" \\(it goes to .*${path.join('models', model)}\\)`)) })

test('a trial whose weights cannot be fetched fails at once, with what to place where, and holds up nothing behind it', async () => {
  const { sweepId } = await user.api.sweep.create.mutate({ datasets: ['shapes'], models: ['xception', 'three-layer-convnet'], recipe: quickRecipe(1), seeds: [0] })
  const sweep = await until(async () => {
    const view = await user.api.sweep.get.query({ id: sweepId })
    return view.counts.finished + view.counts.failed === 2 && view
  })
  expect(sweep.trials.map((trial) => [trial.model, trial.state])).toEqual([['xception', 'failed'], ['three-layer-convnet', 'finished']])
  const failed = await user.api.trial.get.query({ id: sweep.trials[0]!.id })
  expect(failed).toMatchObject({ error: whatToDo('xception_weights_tf_dim_ordering_tf_kernels.h5', 'xception'), attempts: [{ number: 1, state: 'failed' }] })
  expect(failed.attempts).toHaveLength(1)
  expect(site.asked).toHaveLength(1)
})

test('so does a quick check that wants the file with its top', async () => {
  const { id } = await user.api.quickCheck.create.mutate({ dataset: 'shapes', model: 'vgg16' })
  expect(await untilFinal(() => user.api.quickCheck.get.query({ id }))).toMatchObject({ state: 'failed', error: whatToDo('vgg16_weights_tf_dim_ordering_tf_kernels.h5', 'vgg16') })
})

test('a feature cache that cannot be used costs no trial: it is trained without, and that is said', async () => {
  const { sweepId } = await user.api.sweep.create.mutate({ datasets: ['shapes'], models: ['mobilenet-v2'], recipe: quickRecipe(2), seeds: [0] })
  const id = (await user.api.sweep.get.query({ id: sweepId })).trials[0]!.id
  const problem = expect.stringMatching(/^The feature cache is not used: ENOTDIR: not a directory\.$/)
  expect(await untilFinal(() => user.api.trial.get.query({ id }))).toMatchObject({ state: 'finished', error: null, summary: { features: { reused: 0, computed: 20, problem } } })
  expect(log).toContainEqual(expect.stringMatching(/^Trial .*: The feature cache is not used: ENOTDIR/))
})
