import { readFileSync } from 'node:fs'
import path from 'node:path'

const root = '/sys/fs/cgroup'

/**
 * Folders of the control groups that bound this process's memory, the nearest first: of version 2, then of version 1. A container sees its
 * own group at the root. None where the system has no control groups.
 */
export function memoryGroups(): string[] {
  if (process.platform !== 'linux') return []
  const group = readText('/proc/self/cgroup')
  const unified = /^0::(.*)$/m.exec(group)?.[1]
  const memory = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(group)?.[1]
  return [...upwards(root, unified), ...upwards(path.join(root, 'memory'), memory)]
}

function upwards(mount: string, group = '/'): string[] {
  const names = group.split('/').filter((name) => name !== '' && name !== '..')
  return names.reduce<string[]>((folders, name) => [path.join(folders[0]!, name), ...folders], [mount])
}

/** Bytes that the memory's bound leaves and allows, of the group that leaves least; what its file cache holds counts as free, for it gives way. Null without a bound. */
export function memoryBound(groups: readonly string[] = memoryGroups()): { limit: number; free: number } | null {
  const bounds = groups.flatMap((folder) => {
    const limit = number(folder, 'memory.max') ?? number(folder, 'memory.limit_in_bytes')
    const used = number(folder, 'memory.current') ?? number(folder, 'memory.usage_in_bytes')
    // Version 1 spells "no bound" as a number near 2 to the 63rd.
    if (limit === null || used === null || limit >= 2 ** 60) return []
    const statistics = readText(path.join(folder, 'memory.stat'))
    const cache = Number((/^total_inactive_file (\d+)$/m.exec(statistics) ?? /^inactive_file (\d+)$/m.exec(statistics))?.[1] ?? 0)
    return [{ limit, free: Math.max(0, limit - Math.max(0, used - cache)) }]
  })
  return bounds.toSorted((one, other) => one.free - other.free)[0] ?? null
}

function number(folder: string, file: string): number | null {
  const text = readText(path.join(folder, file)).trim()
  return /^\d+$/.test(text) ? Number(text) : null
}

/** A file of the system's; empty where there is none. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
