import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runWorker } from '@graft/worker/run-worker'
import { startTestServer, type TestServer } from '@graft/worker/testing/test-server'
import { noisyImage, writeImageFolder } from '@graft/worker/testing/write-image-folder'
import type { Cell } from './leaderboard-cells.ts'
import { createGraft, type CommandResult } from './testing/graft.ts'

// The real command against a real server and worker.
let server: TestServer
let worker: Promise<unknown>
const stop = new AbortController()
let graft: (...words: string[]) => Promise<CommandResult>
/** Where the commands run. */
let folder: string

beforeAll(async () => {
  server = await startTestServer()
  folder = path.join(server.folder, 'here')
  const cacheFolder = path.join(server.folder, 'cache')
  await writeImageFolder(path.join(folder, 'shapes'), ['circle', 'square', 'star'], 10)
  graft = createGraft({ GRAFT_SERVER: server.address, GRAFT_TOKEN: server.userToken, GRAFT_CACHE: cacheFolder }, folder)
  worker = runWorker({ server: server.address, token: server.workerToken, name: 'tester', cacheFolder, threads: 2, signal: stop.signal, log: () => undefined })
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

describe('the whole path', () => {
  test('imports a folder and lists it', async () => {
    await writeFile(path.join(folder, 'shapes', 'star', 'broken.png'), (await noisyImage(2, 50)).subarray(0, 200))
    const text = await ok('import', 'shapes', '--report', 'report.json')
    expect(text).toMatch(/✓ shapes imported/)
    expect(text).toMatch(/30 of 31 files kept, 3 classes/)
    expect(text).toMatch(/star\/broken\.png/)
    const report = JSON.parse(await readFile(path.join(folder, 'report.json'), 'utf8')) as { issues: { path: string }[]; classes: string[] }
    expect(report.issues.map((issue) => issue.path)).toContain('star/broken.png')
    expect(await ok('import', 'shapes')).toMatch(/unchanged/)
    expect(await ok('datasets')).toMatch(/shapes .* 30/)
  })

  test('names with commas, quotes, formulas and tags go through everything unharmed', async () => {
    const strange = '=cmd|"a", <script>alert(1)</script>'
    const strangeFolder = path.join(folder, 'strange')
    await writeImageFolder(strangeFolder, ['=1+1', 'a,"b"', "it's <b>"], 10)
    const name = strange.replace('/', '')
    await ok('import', 'strange', '--name', name)
    await ok('run', '--dataset', name, '--models', 'mobilenet-v2', '--recipe', 'linear-probe', '--epochs', '2', '--batch-size', '8', '--seeds', '0')
    const cells = JSON.parse(await ok('leaderboard', '--json')) as Cell[]
    expect(cells.map((cell) => cell.dataset)).toContain(name)
    const csv = await ok('leaderboard', '--csv')
    expect(csv).toContain('"\'=cmd|""a"", <script>alert(1)<script>",mobilenet-v2')
    expect(csv).not.toMatch(/^=|,=/m)
  })

  test('runs a sweep, shows it, predicts and exports', async () => {
    const cells = JSON.parse(await ok('run', '--dataset', 'shapes', '--model', 'mobilenet-v2,three-layer-convnet', '--seeds', '0,1', '--recipe', 'linear-probe', '--epochs', '3', '--batch-size', '8', '--json')) as Cell[]
    expect(cells.map((cell) => [cell.dataset, cell.model, cell.seeds])).toEqual(
      expect.arrayContaining([
        ['shapes', 'mobilenet-v2', [0, 1]],
        ['shapes', 'three-layer-convnet', [0, 1]],
      ]),
    )
    for (const cell of cells) {
      expect(cell.interval[0]).toBeLessThanOrEqual(cell.accuracy)
      expect(cell.interval[1]).toBeGreaterThanOrEqual(cell.accuracy)
      expect(cell.seconds).toBeGreaterThan(0)
    }
    expect(await ok('leaderboard')).toMatch(/shapes +mobilenet-v2 +linear probe, 3 epochs, 8 a batch +0,1/)
    const status = await ok('status')
    expect(status).toMatch(/tester +online/)
    expect(JSON.parse(await ok('status', '--json'))).toMatchObject({ server: server.address })

    await writeFile(path.join(folder, 'new.png'), await noisyImage(0, 77))
    const prediction = JSON.parse(await ok('predict', 'new.png', '--dataset', 'shapes', '--json')) as { trialId: string; predictions: { path: string; classes: unknown[] }[] }
    expect(prediction.predictions).toMatchObject([{ path: 'new.png', error: null }])
    expect(prediction.predictions[0]!.classes).toHaveLength(3)
    expect(await ok('predict', 'new.png', '--trial', prediction.trialId)).toMatch(/█.*%/)
    const twice = JSON.parse(await ok('predict', 'new.png', '--trial', prediction.trialId, '--trial', prediction.trialId, '--json')) as { ensemble: unknown[]; predictions: { classes: unknown }[] }
    expect([twice.ensemble.length, twice.predictions[0]!.classes]).toEqual([2, prediction.predictions[0]!.classes])

    await ok('export', prediction.trialId, '--out', 'exported')
    expect((await readdir(path.join(folder, 'exported'))).toSorted()).toEqual(['labels.txt', 'model-card.md', 'model.onnx'])
    expect(await readFile(path.join(folder, 'exported', 'labels.txt'), 'utf8')).toBe('circle\nsquare\nstar\n')
  })

  test('a sweep that is detached answers at once', async () => {
    const { sweepId } = JSON.parse(await ok('run', '--datasets', 'shapes', '--models', 'mobilenet-v2', '--recipe', 'linear-probe', '--epochs', '3', '--batch-size', '8', '--detach', '--json')) as { sweepId: string }
    expect(sweepId).toMatch(/./)
  })

  test('quick check, of a dataset and of a folder without a server', async () => {
    expect(await ok('check', 'shapes', '--model', 'mobilenet-v2')).toMatch(/^circle .*\n.*%/)
    const alone = await createGraft({ GRAFT_CACHE: path.join(server.folder, 'cache'), GRAFT_SERVER: 'http://127.0.0.1:9' }, folder)('check', './shapes', '--model', 'mobilenet-v2', '--json')
    expect(alone.stderr).not.toMatch(/error/)
    expect(JSON.parse(alone.stdout)).toMatchObject([{ class: 'circle' }, { class: 'square' }, { class: 'star' }])
  })

  test('shows a network and lists the models', async () => {
    expect(await ok('models', 'show', 'vgg16')).toMatch(/14,714,688/)
    expect(await ok('models')).toMatch(/mobilenet-v2 .*bundled/)
  })
})

describe('bad input: one line, a hint, an exit code', () => {
  beforeAll(async () => {
    await mkdir(path.join(folder, 'empty'))
    await mkdir(path.join(folder, 'hidden-only'))
    await writeFile(path.join(folder, 'hidden-only', '.DS_Store'), 'x')
    await writeImageFolder(path.join(folder, 'one-class'), ['circle'], 4)
    await writeImageFolder(path.join(folder, 'one-image'), ['circle', 'square'], 4)
    await mkdir(path.join(folder, 'one-image', 'star'))
    await writeFile(path.join(folder, 'one-image', 'star', '0.png'), await noisyImage(2, 0))
    await mkdir(path.join(folder, 'zero-bytes', 'a'), { recursive: true })
    await mkdir(path.join(folder, 'zero-bytes', 'b'), { recursive: true })
    for (const name of ['a/0.png', 'a/1.png', 'b/0.png', 'b/1.png']) await writeFile(path.join(folder, 'zero-bytes', name), '')
    await writeImageFolder(path.join(folder, 'proto'), ['__proto__', 'constructor'], 4)
    await writeFile(path.join(folder, 'notes.txt'), 'hello')
    await writeFile(path.join(folder, 'zero.png'), '')
    await writeFile(path.join(folder, 'broken.zip'), 'PK\u0003\u0004 and no more')
    await writeFile(path.join(folder, 'huge.json'), JSON.stringify({ name: 'x'.repeat(10 * 2 ** 20), phases: [] }))
    await writeFile(path.join(folder, 'lr-nan.yaml'), 'phases: [{ kind: feature-extraction, optimizer: { name: SGD, learningRate: .nan } }]')
    await writeFile(path.join(folder, 'typo.yaml'), 'phases: [{ kind: feature-extraction, epoch: 3 }]')
    await writeFile(path.join(folder, 'weights.h5'), 'not HDF5')
  })
  const run = ['run', '--datasets', 'shapes', '--models', 'mobilenet-v2']

  test.concurrent.each<[string, string[], RegExp, number]>([
    ['no such path', ['import', 'nowhere'], /no file or folder nowhere/, 3],
    ['a wrong file', ['import', 'notes.txt'], /neither a folder nor a zip/, 7],
    ['a broken zip', ['import', 'broken.zip'], /zip|archive/i, 2],
    ['an empty folder', ['import', 'empty'], /empty holds no files/, 2],
    ['only hidden files', ['import', 'hidden-only'], /no files/, 2],
    ['one class only', ['import', 'one-class'], /class/, 2],
    ['a class of one image', ['import', 'one-image'], /^error: The class "star" has only one/, 2],
    ['zero-byte images only', ['import', 'zero-bytes'], /image|usable/, 2],
    ['classes __proto__ and constructor', ['import', 'proto'], /__proto__/, 2],
    ['a dataset __proto__', ['import', 'shapes', '--name', '__proto__'], /name: This word is reserved/, 2],
    ['a name with a slash', ['import', 'shapes', '--name', 'a/b'], /name: No slashes/, 2],
    ['an empty name', ['import', 'shapes', '--name', ' '], /name: A name is needed/, 2],
    ['a split that is none', ['import', 'shapes', '--split', '50/50'], /splitRule/, 2],
    ['a seed that is none', ['import', 'shapes', '--seed', '-1'], /seed: At least 0/, 2],
    ['an unknown model', ['run', '--datasets', 'shapes', '--models', 'mobilnet-v2'], /no model “mobilnet-v2”/, 3],
    ['an unknown dataset', ['run', '--datasets', 'shpes', '--models', 'mobilenet-v2'], /no dataset “shpes”/, 3],
    ['a list with an unknown dataset', ['run', '--dataset', 'shapes,shpes', '--model', 'mobilenet-v2'], /no dataset “shapes,shpes”/, 3],
    ['a dataset twice', ['run', '--datasets', 'shapes,shapes', '--models', 'mobilenet-v2'], /dataset “shapes” stands twice/, 2],
    ['no dataset', ['run', '--models', 'mobilenet-v2'], /datasets: Choose at least one dataset/, 2],
    ['a seed twice', [...run, '--seeds', '0,0'], /seeds: A seed stands twice/, 2],
    ['seeds that are none', [...run, '--seeds', '0,x'], /“x” is no whole number/, 2],
    ['learning rate 0', [...run, '--learning-rate', '0'], /learningRate: Must be greater than 0/, 2],
    ['learning rate NaN', [...run, '--learning-rate', 'NaN'], /no finite number/, 2],
    ['learning rate NaN in a file', [...run, '--recipe', 'lr-nan.yaml'], /learningRate: A number is needed/, 2],
    ['a batch larger than the data', [...run, '--batch-size', '1000'], /batch size 1000 is larger than the \d+ training images of “shapes”/, 2],
    ['a batch larger than any', [...run, '--batch-size', '5000'], /batchSize: At most 1024\.$/, 2],
    ['0 epochs', [...run, '--epochs', '0'], /epochs/, 2],
    ['an unknown field in a recipe', [...run, '--recipe', 'typo.yaml'], /epoch/, 2],
    ['an unknown recipe', [...run, '--recipe', 'seed-stdy'], /no recipe “seed-stdy”/, 3],
    ['10 MB of JSON', [...run, '--recipe', 'huge.json'], /10\.0 MB/, 2],
    ['an image that is not there', ['predict', 'nowhere.png'], /no image nowhere\.png/, 3],
    ['a zero-byte image', ['predict', 'zero.png'], /zero\.png is empty/, 2],
    ['a folder as image', ['predict', 'shapes'], /shapes is no file/, 2],
    ['a text as image', ['predict', 'notes.txt', '--dataset', 'shapes'], /The image could not be classified: notes\.txt/, 7],
    ['an unknown trial', ['export', 'nothing'], /^error: There is no trial nothing\.$/, 3],
    ['a weight file that is none', ['models', 'add', 'weights.h5'], /weights\.h5|HDF5|weight file/, 7],
    ['an unknown network', ['models', 'show', 'vgg61'], /no model “vgg61”/, 3],
    ['a quick check without a top', ['check', 'shapes', '--model', 'three-layer-convnet'], /classifier|ImageNet/, 2],
    ['an unknown command', ['imprt', 'shapes'], /unknown command 'imprt'/i, 2],
    ['an unknown option', ['datasets', '--jsn'], /unknown option '--jsn'/i, 2],
    ['a wrong token', ['datasets', '--token', 'graft_u_wrong'], /token is not known/, 5],
    ['no server', ['datasets', '--server', 'http://127.0.0.1:9'], /cannot be reached/, 6],
    ['no address', ['datasets', '--server', 'ftp//x'], /no address/, 2],
  ])('%s', async (_name, words, message, code) => {
    const result = await graft(...words)
    expect(result).toMatchObject({ code })
    const lines = result.stderr.trimEnd().split('\n')
    const error = lines.findIndex((line) => line.startsWith('error: '))
    expect(lines[error]).toMatch(message)
    // Before it there may be progress; after it the hint, and nothing more: no stack.
    expect(lines.slice(error + 1)).toEqual([expect.stringMatching(/^hint: \S/)])
  })

  test('--verbose shows where an error comes from', async () => {
    const { stderr } = await graft('import', 'nowhere', '--verbose')
    expect(stderr).toMatch(/\n {4}at /)
  })
})

describe('a team', () => {
  test('people, their quotas and tokens', async () => {
    expect(await ok('people', 'add', 'ann', '--weight', '2', '--running', '3', '--queued', '1')).toMatch(/ann +2 +0 of 3 +0 of 1/)
    expect(await ok('people', 'set', 'ann', '--running', 'unlimited')).toMatch(/ann +2 +0 +0 of 1/)
    const token = (await ok('tokens', 'add', 'laptop', '--person', 'ann')).trim()
    expect(token).toMatch(/^graft_u_/)
    expect(await graft('people', 'add', 'bob', '--token', token)).toMatchObject({ code: 5, stderr: expect.stringContaining('Only an administrator may do this.') })
    expect(await ok('audit')).toMatch(/ann +person\.add +bob +forbidden\n.* owner +token\.add +laptop +done/)
  })

  test('a token is revoked; one has to say whose it is to be', async () => {
    const token = (await ok('tokens', 'add', 'box', '--worker')).trim()
    expect(token).toMatch(/^graft_w_/)
    const tokens = JSON.parse(await ok('tokens', '--json')) as { id: string; name: string }[]
    await ok('tokens', 'revoke', tokens.find(({ name }) => name === 'box')!.id)
    expect(await graft('datasets', '--token', token)).toMatchObject({ code: 5, stderr: expect.stringContaining('revoked') })
    expect(await graft('tokens', 'add', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('--person NAME or --worker') })
  })

  test('workers are drained and resumed by their names', async () => {
    expect(await ok('workers')).toMatch(/tester +online +cpu/)
    expect(await ok('workers', 'drain', 'tester')).toMatch(/tester is draining/)
    expect(await ok('workers', 'list')).toMatch(/tester +draining/)
    expect(await ok('workers', 'resume', 'tester')).toMatch(/tester is ready/)
    expect(await graft('workers', 'drain', 'nobody')).toMatchObject({ code: 3 })
  })
})
