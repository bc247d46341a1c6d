import { readFileSync } from 'node:fs'

/**
 * How often the kernel has killed a process for memory so far: in this process's control group (version 2, then 1) and on the whole
 * machine. Only the difference of two readings says anything. 0 where the system does not tell.
 */
export function countOutOfMemoryKills(): number {
  if (process.platform !== 'linux') return 0
  const group = read('/proc/self/cgroup')
  const unified = /^0::(.*)$/m.exec(group)?.[1] ?? '/'
  const memory = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(group)?.[1] ?? '/'
  const counts = [
    `/sys/fs/cgroup${unified}/memory.events`,
    '/sys/fs/cgroup/memory.events',
    `/sys/fs/cgroup/memory${memory}/memory.oom_control`,
    '/sys/fs/cgroup/memory/memory.oom_control',
    '/proc/vmstat',
  ].map((file) => Number(/^oom_kill (\d+)$/m.exec(read(file))?.[1] ?? 0))
  return counts.reduce((sum, count) => sum + count, 0)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
