import os from 'node:os'
import type { Labels } from '@graft/contracts/requirements'
import type { GpuUsage } from './nvidia-smi.ts'

/** What a worker computes on, as the server is told. */
export interface Machine {
  /** Of the device; null where it cannot be told. */
  memoryBytes: number | null
  labels: Labels
}

/**
 * What is found out by itself about the machine of a worker: memory of its device, and labels for the device's kind, the GPU's name,
 * cores, platform and host. `custom` labels go before those that were found.
 */
export function describeMachine(device: string, gpus: readonly GpuUsage[], custom: Labels): Machine {
  const gpu = gpuOf(device, gpus)
  const memoryBytes = isGpu(device) ? (gpu?.memoryTotalBytes ?? null) : machineMemory()
  const found: Labels = {
    device: device.split(':')[0]!,
    ...(gpu && { gpu: gpu.name }),
    ...(memoryBytes !== null && { 'memory-gib': String(Math.floor(memoryBytes / 2 ** 30)) }),
    cores: String(os.availableParallelism()),
    platform: `${process.platform}-${process.arch}`,
    host: os.hostname().slice(0, 100) || 'unknown',
  }
  return { memoryBytes, labels: { ...found, ...custom } }
}

/** The GPU that a device names: `cuda:1` the second one, `cuda` and TensorFlow the first; none for the processor. */
export function gpuOf(device: string, gpus: readonly GpuUsage[]): GpuUsage | null {
  if (!isGpu(device)) return null
  const index = Number(/:(\d+)$/.exec(device)?.[1] ?? 0)
  return gpus.find((gpu) => gpu.index === index) ?? null
}

const isGpu = (device: string): boolean => device !== 'cpu'

/** Of the machine, or of the container where that is less. */
export function machineMemory(): number {
  const constrained = process.constrainedMemory()
  const total = os.totalmem()
  return constrained > 0 && constrained < total ? constrained : total
}
