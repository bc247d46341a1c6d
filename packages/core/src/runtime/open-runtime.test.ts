import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRuntime } from './open-runtime.ts'
import { installationFile, tensorflowFolder } from './tensorflow/installation.ts'

let cacheFolder: string
beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'graft-devices-'))
})
afterAll(() => rm(cacheFolder, { recursive: true, force: true }))

test('devices are opened by name; unknown ones are refused with the list', async () => {
  expect(await openRuntime('cpu', { cacheFolder })).toMatchObject({ name: 'onnxruntime', device: 'cpu' })
  await expect(openRuntime('gpu', { cacheFolder })).rejects.toMatchObject({ code: 'invalid_input', field: 'device', message: 'There is no device “gpu”.', hint: expect.stringMatching(/cpu, webgpu, cuda.*tensorflow/) })
})

test('TensorFlow that is not installed, or whose package is not there any more, says so', async () => {
  await expect(openRuntime('tensorflow', { cacheFolder })).rejects.toMatchObject({ code: 'unavailable', hint: expect.stringMatching(/graft backends install tensorflow/) })
  const folder = tensorflowFolder(cacheFolder)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, installationFile), JSON.stringify({ package: '@tensorflow/tfjs-node', variant: 'cpu', origin: 'built', versions: {} }))
  await expect(openRuntime('tensorflow', { cacheFolder })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/TensorFlow cannot be loaded: Cannot find module/) })
})
