import { memoryGroups, readText } from '../control-group.ts'

/**
 * How often the kernel has killed a process for memory so far: in this process's control groups and on the whole machine. Only the
 * difference of two readings says anything. 0 where the system does not tell.
 */
export function countOutOfMemoryKills(): number {
  if (process.platform !== 'linux') return 0
  const files = [...memoryGroups().flatMap((folder) => [`${folder}/memory.events`, `${folder}/memory.oom_control`]), '/proc/vmstat']
  return files.map((file) => Number(/^oom_kill (\d+)$/m.exec(readText(file))?.[1] ?? 0)).reduce((sum, count) => sum + count, 0)
}
