import type { ErrorReport } from '@graft/contracts/errors'
import { seedRecipe } from '@graft/contracts/recipe/presets'
import superjson from 'superjson'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importDataset, makeManifest, registerWorker, sweepOf, syncModels } from './testing/fixtures.ts'
import { createTestServer, sha256Of, type TestServer } from './testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer()
  await syncModels(server)
  await importDataset(server, await registerWorker(server), 'birds', makeManifest(1))
})
afterAll(() => server.close())

const sweep = sweepOf(['birds'], ['mobilenet-v2'], [0])
const withRate = (learningRate: unknown) => ({ ...sweep, recipe: { ...seedRecipe, phases: [{ kind: 'feature-extraction', optimizer: { name: 'SGD', learningRate } }] } })
const image = { path: 'a.jpg', sha256: sha256Of('a'), bytes: 1 }

/** As a client sends it: over HTTP, in superjson. */
async function send(path: string, input: unknown): Promise<{ status: number; report: ErrorReport }> {
  const response = await server.fetch(`/api/trpc/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(superjson.serialize(input)), token: server.userToken })
  const body = (await response.json()) as { error?: { json: { data: { report: ErrorReport } } } }
  if (body.error === undefined) throw new Error(`${path} took ${JSON.stringify(input)}`)
  return { status: response.status, report: body.error.json.data.report }
}

test.each<[name: string, path: string, input: unknown, field: string | undefined, says: RegExp, status?: number]>([
  ['a name that is JavaScript’s own', 'import.create', { name: '__proto__', source: 'zip' }, 'name', /reserved/],
  ['a name with a path in it', 'import.create', { name: '../../etc', source: 'zip' }, 'name', /slashes/],
  ['an HTML tag with a slash as a name', 'import.create', { name: '<script>alert(1)</script>', source: 'zip' }, 'name', /slashes/],
  ['an empty name', 'import.create', { name: '  ', source: 'zip' }, 'name', /needed/],
  ['a name of 101 characters', 'import.create', { name: 'x'.repeat(101), source: 'zip' }, 'name', /100/],
  ['a name with a line break', 'import.create', { name: 'a\nb', source: 'zip' }, 'name', /line breaks/],
  ['a source that is none', 'import.create', { name: 'a', source: 'tar' }, 'source', /zip/],
  ['a seed of -1', 'import.create', { name: 'a', source: 'zip', seed: -1 }, 'seed', /0/],
  ['no input at all', 'import.create', undefined, undefined, /object with fields is needed/i],
  ['an import that is not there', 'import.start', { importId: 'x' }, 'importId', /no import/, 404],
  ['a dataset that is not there', 'sweep.create', { ...sweep, datasets: ['birds', 'cats'] }, 'datasets.1', /no dataset “cats”/, 404],
  ['a model that is not there', 'sweep.create', { ...sweep, models: ['resnet-9000'] }, 'models.0', /no model/, 404],
  ['a model without weights', 'sweep.create', { ...sweep, models: ['vgg16'] }, 'models.0', /No network/, 503],
  ['no dataset', 'sweep.create', { ...sweep, datasets: [] }, 'datasets', /at least one/],
  ['a dataset twice', 'sweep.create', { ...sweep, datasets: ['birds', 'birds'] }, 'datasets.1', /twice/],
  ['a seed twice', 'sweep.create', { ...sweep, seeds: [1, 1] }, 'seeds', /twice/],
  ['half a seed', 'sweep.create', { ...sweep, seeds: [0.5] }, 'seeds.0', /whole/i],
  ['too many trials', 'sweep.create', { ...sweep, seeds: Array.from({ length: 101 }, (_, index) => index) }, 'seeds', /100/],
  ['a learning rate of 0', 'sweep.create', withRate(0), 'recipe.phases.0.optimizer.learningRate', /greater than 0/],
  ['a learning rate of NaN', 'sweep.create', withRate(Number.NaN), 'recipe.phases.0.optimizer.learningRate', /number/],
  ['an infinite learning rate', 'sweep.create', withRate(Number.POSITIVE_INFINITY), 'recipe.phases.0.optimizer.learningRate', /./],
  ['a learning rate in words', 'sweep.create', withRate('fast'), 'recipe.phases.0.optimizer.learningRate', /number/],
  ['a recipe with a field of its own', 'sweep.create', { ...sweep, recipe: { ...seedRecipe, momentun: 1 } }, 'recipe', /momentun/],
  ['a batch of 0', 'sweep.create', { ...sweep, recipe: { ...seedRecipe, phases: [{ kind: 'feature-extraction', batchSize: 0 }] } }, 'recipe.phases.0.batchSize', /1/],
  ['mixup with a frozen trunk', 'sweep.create', { ...sweep, recipe: { ...sweep.recipe, augmentation: { mixup: {} } } }, 'recipe.augmentation.mixup', /single images/],
  ['a batch larger than the training images', 'sweep.create', { ...sweep, recipe: seedRecipe }, 'recipe.phases.0.batchSize', /batch size 32 is larger than the 2 training images of “birds”/],
  ['a trial that is not there', 'trial.retry', { id: "'; DROP TABLE \"Trial\"; --" }, 'id', /no trial/, 404],
  ['no image to classify', 'prediction.create', { trialId: null, images: [] }, 'images', /at least one/],
  ['an image that was not uploaded', 'prediction.create', { trialId: null, images: [image] }, 'images.0', /not in the storage/, 404],
  ['weights that were not uploaded', 'model.registerWeights', { modelId: 'vgg16', weights: { ...image, format: 'keras-h5', includeTop: true, source: 'x', licence: 'x', trainedOn: 'x' } }, 'weights', /not in the storage/, 404],
  ['weights for a network from scratch', 'model.registerWeights', { modelId: 'three-layer-convnet', weights: { ...image, format: 'keras-h5', includeTop: true, source: 'x', licence: 'x', trainedOn: 'x' } }, 'modelId', /from scratch/],
])('%s is refused, in words, at its field', async (_name, path, input, field, says, status = 400) => {
  const answer = await send(path, input)
  expect(answer.report.message).toMatch(says)
  expect(answer.report.field).toBe(field)
  expect(answer.status).toBe(status)
})

test('an estimate refuses a batch larger than the training images as the launch does', async () => {
  await expect(server.user.sweep.estimate({ ...sweep, recipe: seedRecipe })).rejects.toMatchObject({ cause: { code: 'invalid_input', field: 'recipe.phases.0.batchSize' } })
})

test.each(['=cmd|calc', '<script>', 'a, "b"', "Robert'); DROP TABLE x", '{{7*7}}', '名前'])('the name %s is a name like any other', async (name) => {
  const { importId } = await server.user.import.create({ name, source: 'zip' })
  expect((await server.user.import.get({ importId })).name).toBe(name)
})

test('10 MB of JSON are refused, also when their length is not said', async () => {
  const body = JSON.stringify({ json: { name: 'x'.repeat(10_000_000), source: 'zip' } })
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, token: server.userToken }
  const said = await server.fetch('/api/trpc/import.create', { ...request, body, headers: { ...request.headers, 'content-length': String(body.length) } })
  const unsaid = await server.fetch('/api/trpc/import.create', { ...request, body: new Blob([body]).stream() })
  for (const response of [said, unsaid]) {
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ error: { json: { data: { report: { code: 'too_large', message: expect.stringContaining('4.0 MB') } } } } })
  }
})

test('what is no JSON, and what is no procedure, is said without a stack', async () => {
  const broken = await server.fetch('/api/trpc/import.create', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"json":', token: server.userToken })
  expect(broken.status).toBe(400)
  expect(await broken.text()).not.toMatch(/at .*\.ts/)
  const form = await server.fetch('/api/trpc/import.create', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}', token: server.userToken })
  expect(form.status).toBe(415)
  expect(await form.text()).toContain('not JSON')
  expect((await server.fetch('/api/trpc/dataset.drop', { token: server.userToken })).status).toBe(404)
  const polluted = await server.fetch('/api/trpc/import.create', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"json":{"name":"a","source":"zip","__proto__":{"polluted":1}},"meta":{"values":{"__proto__.polluted":["Date"]}}}', token: server.userToken })
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  await polluted.body?.cancel()
})

test('an error that nobody foresaw keeps its particulars to the log', async () => {
  const broken = { ...server.server, db: { ...server.server.db, dataset: { findMany: () => Promise.reject(new Error('secret: password=hunter2')) } } }
  const { appRouter } = await import('./router.ts')
  const caller = appRouter.createCaller({ server: broken as unknown as typeof server.server, caller: server.owner })
  const log = console.error
  const logged: unknown[] = []
  console.error = (...words: unknown[]) => void logged.push(...words)
  await expect(caller.dataset.list()).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR', message: expect.not.stringContaining('hunter2') })
  console.error = log
  expect(String(logged)).toContain('hunter2')
})
