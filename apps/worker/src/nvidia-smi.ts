import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { gpuUsageSchema } from '@graft/contracts/worker-protocol'
import type { z } from 'zod'

export type GpuUsage = z.infer<typeof gpuUsageSchema>

const run = promisify(execFile)
const fields = 'index,name,utilization.gpu,memory.used,memory.total,temperature.gpu'
const patienceMilliseconds = 5000

/**
 * The NVIDIA GPUs of this machine and what they are doing, by `nvidia-smi`; none where there is no such program, or no driver that it
 * can talk to. A figure that a GPU does not tell (`[N/A]`, `[Not Supported]`, `[Insufficient Permissions]`, `[Unknown Error]`, `[GPU requires
 * reset]`, `[GPU is lost]`) is null. One GPU that is lost has the program fail, and hides none of the others that it still lists.
 */
export async function readGpus(): Promise<GpuUsage[]> {
  try {
    const { stdout } = await run('nvidia-smi', [`--query-gpu=${fields}`, '--format=csv,noheader,nounits'], { timeout: patienceMilliseconds, windowsHide: true })
    return parseGpus(stdout)
  } catch (error) {
    return parseGpus((error as { stdout?: string }).stdout ?? '')
  }
}

/** Lines of `nvidia-smi --query-gpu=index,name,utilization.gpu,memory.used,memory.total,temperature.gpu --format=csv,noheader,nounits`; others are passed over. */
export function parseGpus(output: string): GpuUsage[] {
  return output.split('\n').flatMap((line) => {
    const cells = line.split(',').map((cell) => cell.trim())
    if (cells.length < 6) return []
    // A name may hold commas itself.
    const name = cells.slice(1, -4).join(', ')
    const [utilization, used, total, temperature] = cells.slice(-4).map(figure)
    const parsed = gpuUsageSchema.safeParse({
      index: Number(cells[0]),
      name: name.slice(0, 100),
      utilization: utilization === null ? null : utilization! / 100,
      memoryUsedBytes: used === null ? null : used! * mebibyte,
      memoryTotalBytes: total === null ? null : total! * mebibyte,
      temperatureCelsius: temperature,
    })
    return parsed.success ? [parsed.data] : []
  })
}

const mebibyte = 2 ** 20
const figure = (cell: string): number | null => (/^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : null)
