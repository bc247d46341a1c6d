import type { ChangeEvent } from '@graft/contracts/views'
import { staleQueriesOf, type StaleQuery } from './stale-queries.ts'

/** The part of the query cache that is used here. */
interface QueryCache {
  invalidateQueries(filter?: { predicate: (query: { queryKey: readonly unknown[] }) => boolean }): Promise<unknown>
}

export interface ChangeGatherer {
  /** A change was heard. */
  hear(event: ChangeEvent): void
  /** The connection broke. */
  broke(): void
  /** The connection stands (again). */
  started(): void
  stop(): void
}

/** Changes come in bursts (an epoch, its progress, its sweep): they are gathered this long before pages ask again. */
const gatherMilliseconds = 250

/** Whether a tRPC query key ([path, { input }]) is meant. */
function isMeant(key: readonly unknown[], query: StaleQuery): boolean {
  const [path, options] = key as [readonly string[] | undefined, { input?: { id?: unknown; importId?: unknown } } | undefined]
  if (!Array.isArray(path) || !query.path.every((part, index) => path[index] === part)) return false
  if (query.id === undefined) return true
  return options?.input?.id === query.id || options?.input?.importId === query.id
}

/** Turns changes into queries marked stale; what a page shows of them, it fetches again. */
export function createChangeGatherer(cache: QueryCache): ChangeGatherer {
  let gathered: ChangeEvent[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let wasBroken = false
  const flush = () => {
    timer = undefined
    const stale = staleQueriesOf(gathered)
    gathered = []
    void cache.invalidateQueries({ predicate: ({ queryKey }) => stale.some((query) => isMeant(queryKey, query)) })
  }
  return {
    hear(event) {
      gathered.push(event)
      timer ??= setTimeout(flush, gatherMilliseconds)
    },
    broke() {
      wasBroken = true
    },
    started() {
      // What happened while nobody listened is unknown: everything is asked again.
      if (wasBroken) void cache.invalidateQueries()
      wasBroken = false
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
