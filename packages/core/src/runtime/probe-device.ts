import { fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { GraftError } from '@graft/contracts/errors'

/** Devices that onnxruntime can run on here, if the machine has what they need. */
export const onnxDevices = ['cpu', 'webgpu', 'cuda'] as const
export type OnnxDevice = (typeof onnxDevices)[number]

/** A device by its name, `cuda:1` being the second GPU; null where it is none of onnxruntime's. */
export function parseOnnxDevice(name: string): { kind: OnnxDevice; index: number } | null {
  const [, base, index = '0'] = /^(cuda)(?::(\d+))?$/.exec(name) ?? [null, name]
  const kind = onnxDevices.find((known) => known === base)
  return kind === undefined ? null : { kind, index: Number(index) }
}

export interface DeviceProbe {
  readonly device: OnnxDevice
  readonly usable: boolean
  /** Why not, in one line; null where it is usable. */
  readonly reason: string | null
  /** How to mend it. */
  readonly hint: string | null
}

const probeFile = fileURLToPath(new URL('./probe-device-child.ts', import.meta.url))
/** Software Vulkan compiles its shaders for seconds; a driver that hangs must not hang us. */
const timeout = 60_000

/**
 * Whether a small convolution runs on a device and comes out right, tried in a process of its own: a driver that crashes takes only
 * that one with it. Throws `aborted` when the signal fires.
 */
export async function probeDevice(device: OnnxDevice, signal?: AbortSignal): Promise<DeviceProbe> {
  if (signal?.aborted) throw new GraftError('aborted', 'Stopped.')
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const child = fork(probeFile, [device], { execArgv: ['--import', loader], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let told = ''
  child.stderr?.on('data', (chunk: Buffer) => (told = (told + chunk.toString()).slice(-4000)))
  const timer = setTimeout(() => child.kill('SIGKILL'), timeout)
  const stop = (): unknown => child.kill('SIGKILL')
  signal?.addEventListener('abort', stop, { once: true })
  try {
    const answer = await new Promise<{ failure: string | null }>((resolve) => {
      child.on('message', (message) => resolve(message as { failure: string | null }))
      child.on('error', (error) => resolve({ failure: error.message }))
      child.on('exit', (code, killedBy) => resolve({ failure: told.trim().split('\n').at(-1) || `the probe ended with ${killedBy ?? `code ${code}`}` }))
    })
    if (signal?.aborted) throw new GraftError('aborted', 'Stopped.')
    return { device, usable: answer.failure === null, ...explained(device, answer.failure === null ? null : `${answer.failure}\n${told}`) }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    child.kill('SIGKILL')
  }
}

/** What onnxruntime says, in words that help. */
function explained(device: OnnxDevice, failure: string | null): { reason: string | null; hint: string | null } {
  if (failure === null) return { reason: null, hint: null }
  if (device === 'webgpu' && /libvulkan/.test(failure)) return { reason: 'The Vulkan loader (libvulkan.so.1) is not installed.', hint: 'Install it and the driver of the GPU (Debian: apt install libvulkan1 mesa-vulkan-drivers).' }
  if (device === 'webgpu' && /No supported adapters|Failed to get a WebGPU adapter/.test(failure)) return { reason: 'There is no GPU with Vulkan, Metal or Direct3D 12.', hint: 'Install the driver of the GPU; `vulkaninfo --summary` lists what Vulkan sees.' }
  if (device === 'cuda') return explainedCuda(failure)
  return { reason: failure.split('\n')[0]!.slice(0, 300), hint: null }
}

/** What onnxruntime says of its CUDA provider, in words that help. */
export function explainedCuda(failure: string): { reason: string; hint: string } {
  const missing = /lib(?:cuda|cublas|cublasLt|cudart|cudnn|cufft|curand|nvrtc)\.so[.\d]*(?=: cannot open)/.exec(failure)?.[0]
  if (missing?.startsWith('libcuda.so')) return { reason: 'There is no NVIDIA driver: libcuda.so.1 is not found.', hint: 'Install the driver; `nvidia-smi` must list the GPU.' }
  if (missing !== undefined) return { reason: `onnxruntime's CUDA provider is installed, but not ${missing} of CUDA or cuDNN.`, hint: 'Run `npx graft backends install cuda --force`, which brings both.' }
  if (/libonnxruntime_providers_(cuda|shared)|not available|not supported|backend not found/i.test(failure)) return { reason: "onnxruntime's CUDA provider is not installed.", hint: 'Run `npx graft backends install cuda`; it needs an NVIDIA driver.' }
  // It tells the place in its source first.
  const said = /CUDA failure \d+: [^;\n]+/.exec(failure)?.[0] ?? failure.split('\n')[0]!
  return { reason: said.trim().slice(0, 300), hint: 'Check `nvidia-smi`: the driver must be recent enough for the CUDA that was installed.' }
}
