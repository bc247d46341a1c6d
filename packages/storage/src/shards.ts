/**
 * Images by shard. Which of the `count` shards an image is in follows from its hash alone, so that workers agree on it whatever each of
 * them has already. Shards without images are left out.
 */
export function shardsOf(count: number, images: readonly string[]): Map<string, readonly string[]> {
  const shards = new Map<string, string[]>()
  for (const image of images) {
    const name = `${Number.parseInt(image.slice(0, 8), 16) % count} of ${count}`
    const shard = shards.get(name)
    if (shard === undefined) shards.set(name, [image])
    else shard.push(image)
  }
  return shards
}

/** When a process that has nothing else to do computes a shard itself which another one has: it may be slow, or dead. */
export interface Patience {
  /** A shard took so long here. */
  took(seconds: number): void
  /** Others are at all that is left: the shard to compute here as well, null for now. */
  overdue(left: ReadonlyMap<string, unknown>): string | null
}

/** How many times as long as a shard takes here another may take for one. */
const slowerBy = 2

/** `leastSeconds`: of patience at least. A process that has computed none itself waits, until a lease runs out. */
export function createPatience(leastSeconds: number, now: () => number = () => performance.now() / 1000): Patience {
  let longest: number | null = null
  const since = new Map<string, number>()
  return {
    took: (seconds) => void (longest = Math.max(longest ?? 0, seconds)),
    overdue(left) {
      for (const shard of left.keys()) if (!since.has(shard)) since.set(shard, now())
      if (longest === null) return null
      const limit = Math.max(leastSeconds, slowerBy * longest)
      return [...left.keys()].find((shard) => now() - since.get(shard)! > limit) ?? null
    },
  }
}
