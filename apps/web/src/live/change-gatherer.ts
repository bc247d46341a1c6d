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
/** What holds thousands of trials, or looks at many, is asked again no more often than this, however much happens. */
const largeMilliseconds = 5000
const largeQueries: ReadonlySet<string> = new Set(['sweep.points', 'sweep.curves', 'sweep.estimate'])

const isLarge = ([path]: readonly unknown[]): boolean => Array.isArray(path) && largeQueries.has(path.join('.'))

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
  /** What is to be asked again of the large queries, and since when none of it was. */
  let staleLarge: StaleQuery[] = []
  let largeTimer: ReturnType<typeof setTimeout> | undefined
  let lastLarge = -Infinity
  const flushLarge = () => {
    largeTimer = undefined
    lastLarge = Date.now()
    const stale = staleLarge
    staleLarge = []
    void cache.invalidateQueries({ predicate: ({ queryKey }) => isLarge(queryKey) && stale.some((query) => isMeant(queryKey, query)) })
  }
  const flush = () => {
    timer = undefined
    const stale = staleQueriesOf(gathered)
    gathered = []
    void cache.invalidateQueries({ predicate: ({ queryKey }) => !isLarge(queryKey) && stale.some((query) => isMeant(queryKey, query)) })
    staleLarge = [...new Map([...staleLarge, ...stale.filter(({ path }) => path[0] === 'sweep')].map((query) => [JSON.stringify(query), query])).values()]
    if (staleLarge.length > 0) largeTimer ??= setTimeout(flushLarge, Math.max(0, lastLarge + largeMilliseconds - Date.now()))
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
      clearTimeout(largeTimer)
      timer = undefined
      largeTimer = undefined
    },
  }
}
