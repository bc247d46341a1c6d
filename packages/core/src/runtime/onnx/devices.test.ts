import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { recordRelativeAgreement } from '../../testing/agreement.ts'
import { createOnnxGraphRuntime } from './onnx-graph-runtime.ts'

/** Software Vulkan, which Debian's chromium package carries with the loader beside it. */
const chromium = '/usr/lib/chromium'
const driver = `${chromium}/vk_swiftshader_icd.json`
const hasSoftwareVulkan = existsSync(driver)
if (!hasSoftwareVulkan) console.log(`The webgpu device is not tested: there is no software Vulkan (${driver}; Debian's chromium package has it).`)

interface Results { features: number[]; head: number[]; convnet: number[] }

function runOn(device: string): Promise<Results> {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const child = fork(fileURLToPath(new URL('testing/device-child.ts', import.meta.url)), [device], {
    execArgv: ['--import', loader],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'], VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: chromium },
  })
  let told = ''
  child.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('message', (message) => resolve(message as Results))
    child.on('exit', (code) => reject(new Error(`The child ended with ${code}: ${told}`)))
  })
}

test.skipIf(!hasSoftwareVulkan)('features and training on webgpu are those of the CPU', async () => {
  const [onGpu, onCpu] = [await runOn('webgpu'), await runOn('cpu')]
  const compared = { group: 'Runtimes', reference: 'onnxruntime on the CPU', tolerance: 1e-4 } as const
  recordRelativeAgreement({ ...compared, subject: 'webgpu: features of MobileNetV2', found: onGpu.features, expected: onCpu.features })
  recordRelativeAgreement({ ...compared, subject: 'webgpu: losses of ten steps of a head', found: onGpu.head, expected: onCpu.head })
  recordRelativeAgreement({ ...compared, subject: 'webgpu: losses of five steps of the three-layer network', found: onGpu.convnet, expected: onCpu.convnet })
}, 300_000)

test.each(['gpu', 'cuda:', 'CPU', ''])('the device “%s” is refused, with what there is', async (device) => {
  await expect(createOnnxGraphRuntime({ device })).rejects.toMatchObject({ code: 'invalid_input', field: 'device', hint: expect.stringContaining('webgpu') })
})
