import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'

/** A control group whose memory is bounded by the kernel. */
export interface BoundedGroup {
  /** Puts a process into it; its children are born in it. */
  join(pid: number): void
  /** Waits until its last process has been cleared away. */
  remove(): Promise<void>
}

/** Makes a group, of version 2 or 1; null where this machine lets us make none (root on Linux is needed, and a writable /sys/fs/cgroup). */
export function boundedGroup(name: string, bytes: number): BoundedGroup | null {
  if (process.platform !== 'linux') return null
  const kinds = [
    { parent: '/sys/fs/cgroup', isThere: () => readFileSync('/sys/fs/cgroup/cgroup.subtree_control', 'utf8').includes('memory'), limit: 'memory.max' },
    { parent: '/sys/fs/cgroup/memory', isThere: () => existsSync('/sys/fs/cgroup/memory/memory.limit_in_bytes'), limit: 'memory.limit_in_bytes' },
  ]
  for (const { parent, isThere, limit } of kinds) {
    try {
      if (!isThere()) continue
      const group = `${parent}/graft-test-${process.pid}-${name}`
      mkdirSync(group)
      writeFileSync(`${group}/${limit}`, String(bytes))
      return { join: (pid) => writeFileSync(`${group}/cgroup.procs`, String(pid)), remove: () => removeWhenEmpty(group) }
    } catch {
      // not this kind, or not allowed
    }
  }
  return null
}

async function removeWhenEmpty(group: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      return rmdirSync(group)
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
