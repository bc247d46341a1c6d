import { GraftError } from '@graft/contracts/errors'
import { createOnnxRuntime } from './onnx/onnx-runtime.ts'
import { parseOnnxDevice, probeDevice } from './probe-device.ts'
import type { Runtime } from './runtime.ts'
import { tensorflowFolder } from './tensorflow/installation.ts'
import { createTensorflowRuntime } from './tensorflow/tensorflow-runtime.ts'

export interface OpenRuntimeOptions {
  /** Backends that are installed lie in it. */
  readonly cacheFolder: string
  readonly threads?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * The runtime of a device by its name: `cpu`, `webgpu`, `cuda` (`cuda:1` is the second GPU) are onnxruntime's, `tensorflow` is TensorFlow
 * on what it finds. Throws `invalid_input` for an unknown device, `unavailable` with the reason for one that is not usable here.
 */
export async function openRuntime(device: string, { cacheFolder, threads, signal }: OpenRuntimeOptions): Promise<Runtime> {
  if (device === 'tensorflow') return createTensorflowRuntime({ folder: tensorflowFolder(cacheFolder), threads })
  await requireOnnxDevice(device, signal)
  return createOnnxRuntime({ device, ...(threads !== undefined && { threads }) })
}

/** Throws as `openRuntime` does. `cpu` is always usable, and not tried. */
export async function requireOnnxDevice(device: string, signal?: AbortSignal): Promise<void> {
  const known = parseOnnxDevice(device)
  if (known === null) throw new GraftError('invalid_input', `There is no device “${device.slice(0, 40)}”.`, { hint: 'There are cpu, webgpu, cuda (or cuda:1 for the second GPU) and tensorflow; `graft doctor` says which are usable here.', field: 'device' })
  if (known.kind === 'cpu') return
  const { usable, reason, hint } = await probeDevice(known.kind, signal)
  if (!usable) throw new GraftError('unavailable', `The device ${device} is not usable here: ${reason}`, { field: 'device', ...(hint !== null && { hint }) })
}
