import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, symlink } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { trialSummarySchema } from '@graft/contracts/trial'
import { readInstallation, tensorflowFolder } from '@graft/core/runtime/tensorflow/installation'
import { startTestServer, type TestServer } from '@graft/worker/testing/test-server'
import { writeImageFolder } from '@graft/worker/testing/write-image-folder'
import { createGraft, graftCommand, type CommandResult } from './testing/graft.ts'

// A worker on the TensorFlow runtime, in a process of its own, takes jobs from a real server.
const installed = tensorflowFolder(process.env['GRAFT_CACHE'] || path.join(os.homedir(), '.cache', 'graft'))
const missing = await readInstallation(installed).then(() => null, (error: unknown) => (error as Error).message)
if (missing !== null) console.warn(`The test of a worker on TensorFlow is skipped: ${missing}`)

let server: TestServer
let graft: (...words: string[]) => Promise<CommandResult>
let worker: ChildProcess | undefined
let output = ''

beforeAll(async () => {
  server = await startTestServer()
  const cacheFolder = path.join(server.folder, 'cache')
  await mkdir(path.join(cacheFolder, 'backends'), { recursive: true })
  await writeImageFolder(path.join(server.folder, 'shapes'), ['circle', 'square'], 16)
  graft = createGraft({ GRAFT_SERVER: server.address, GRAFT_TOKEN: server.userToken, GRAFT_CACHE: cacheFolder }, server.folder)
  if (missing !== null) return
  await symlink(installed, tensorflowFolder(cacheFolder))
  const environment = { PATH: process.env['PATH'], HOME: server.folder, GRAFT_SERVER: server.address, GRAFT_TOKEN: server.workerToken, GRAFT_CACHE: cacheFolder }
  worker = spawn(process.execPath, [graftCommand, 'worker', '--device', 'tensorflow', '--name', 'tensorflow'], { cwd: server.folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [worker.stdout!, worker.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
})
afterAll(async () => {
  worker?.kill('SIGKILL')
  await server.close()
})

async function ok(...words: string[]): Promise<void> {
  const result = await graft(...words)
  expect(result, `graft ${words.join(' ')}; the worker said: ${output}`).toMatchObject({ code: 0 })
}

test.skipIf(missing !== null)('a worker on TensorFlow imports, trains a baseline and a head, and exports what onnxruntime says the same of', async () => {
  await ok('import', 'shapes')
  await ok('run', '--dataset', 'shapes', '--models', 'three-layer-convnet,mobilenet-v2', '--recipe', 'linear-probe', '--epochs', '2', '--batch-size', '8')
  const trials = await server.db.trial.findMany({ include: { predictions: true } })
  expect(trials.map(({ modelId }) => modelId).toSorted()).toEqual(['mobilenet-v2', 'three-layer-convnet'])
  for (const { id, summary, predictions } of trials) {
    expect(trialSummarySchema.parse(summary).environment.versions).toMatchObject({ tensorflow: expect.stringMatching(/^\d/) })
    expect(predictions.length).toBeGreaterThan(0)
    // Published only where the file, run by onnxruntime on the test images, agrees with the predictions that TensorFlow's trial recorded.
    await ok('export', id, '--out', path.join(server.folder, `${id}.onnx`))
  }
  worker!.kill('SIGTERM')
  const [code] = (await once(worker!, 'exit')) as [number | null]
  expect([0, null]).toContain(code)
}, 240_000)
