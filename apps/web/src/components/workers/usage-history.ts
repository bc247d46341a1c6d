import type { WorkerView } from '@graft/contracts/views'
import type { WorkerUsage } from '@graft/contracts/worker-protocol'

export interface UsageSample { at: number; usage: WorkerUsage }

/** So many samples of a worker are kept: ten minutes' at one in ten seconds. */
const mostSamples = 60

/** What workers told of their machines while this page has been open: the server keeps the newest only. */
export function withSamples(history: ReadonlyMap<string, readonly UsageSample[]>, workers: readonly Pick<WorkerView, 'id' | 'usage' | 'usageAt'>[]): ReadonlyMap<string, readonly UsageSample[]> {
  let next: Map<string, readonly UsageSample[]> | undefined
  for (const { id, usage, usageAt } of workers) {
    if (usage === null || usageAt === null) continue
    const known = history.get(id) ?? []
    if ((known.at(-1)?.at ?? -Infinity) >= usageAt.getTime()) continue
    next ??= new Map(history)
    next.set(id, [...known, { at: usageAt.getTime(), usage }].slice(-mostSamples))
  }
  return next ?? history
}
