import { statfs } from 'node:fs/promises'
import type { WorkerUsage } from '@graft/contracts/worker-protocol'
import { freeMemory, machineMemory } from './machine.ts'
import { readGpus } from './nvidia-smi.ts'

/**
 * What a worker uses now. `jobBytes`: resident memory of its job processes; `cacheFolder`: where its caches lie.
 */
export async function readUsage(jobBytes: number, cacheFolder: string): Promise<WorkerUsage> {
  const [gpus, disk] = await Promise.all([readGpus(), statfs(cacheFolder).catch(() => null)])
  return {
    gpus,
    processMemoryBytes: process.memoryUsage.rss() + jobBytes,
    machineMemoryUsedBytes: machineMemory() - freeMemory(),
    machineMemoryTotalBytes: machineMemory(),
    diskFreeBytes: disk === null ? null : disk.bavail * disk.bsize,
  }
}
