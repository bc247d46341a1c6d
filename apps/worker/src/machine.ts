import os from 'node:os'
import type { Labels } from '@graft/contracts/requirements'
import { memoryBound } from './control-group.ts'
import type { GpuUsage } from './nvidia-smi.ts'
import { physicalGpu } from './physical-gpu.ts'

/** What a worker computes on, as the server is told. */
export interface Machine {
  /** Of the device; null where it cannot be told. */
  memoryBytes: number | null
  labels: Labels
}

/**
 * What is found out by itself about the machine of a worker: memory of its device, and labels for the device's kind, the GPU's name,
 * cores, platform and host. `custom` labels go before those that were found. `visible`: CUDA_VISIBLE_DEVICES.
 */
export function describeMachine(device: string, gpus: readonly GpuUsage[], custom: Labels, visible?: string): Machine {
  const gpu = gpuOf(device, gpus, visible)
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

/** The GPU that a device names, `visible` being CUDA_VISIBLE_DEVICES; none for the processor, and where it cannot be told which. */
export function gpuOf(device: string, gpus: readonly GpuUsage[], visible: string | undefined): GpuUsage | null {
  if (!isGpu(device)) return null
  const named = physicalGpu(device, visible)
  if (named === null) return null
  return /^\d+$/.test(named) ? (gpus.find(({ index }) => index === Number(named)) ?? null) : gpus.length === 1 ? gpus[0]! : null
}

const isGpu = (device: string): boolean => device !== 'cpu'

/** Of the machine, or of the container where that is less. */
export function machineMemory(): number {
  return Math.min(os.totalmem(), memoryBound()?.limit ?? Infinity)
}

/** Bytes that are free on the machine, or in the container where that is less. */
export const freeMemory = (): number => Math.min(os.freemem(), memoryBound()?.free ?? Infinity)
