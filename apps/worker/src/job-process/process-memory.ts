import { readFileSync, writeFileSync } from 'node:fs'

/** Resident memory of a process, bytes; null where the system does not tell (no Linux) or the process is gone. */
export function residentBytes(pid: number | undefined): number | null {
  if (pid === undefined || process.platform !== 'linux') return null
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? null : Number(kilobytes) * 1024
  } catch {
    return null
  }
}

/** Where memory runs out, the kernel is to take this process and not the one that renews leases. */
export function preferToBeKilled(pid: number): void {
  if (process.platform !== 'linux') return
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '500')
  } catch {
    // Gone already, or a system that does not let us: then the kernel chooses by size, which is the same one mostly.
  }
}
