import type { ChangeEvent } from '@graft/contracts/views'

/** A query that a change makes stale: a path in the router, and the id it is about where only that one is meant. */
export interface StaleQuery {
  path: readonly string[]
  id?: string
}

const router = (name: string): StaleQuery => ({ path: [name] })

/** The id of an event that says: any of this topic may have changed. */
const anything = '*'

/** What must be asked again after a change. Only what a page shows is fetched: the rest is marked stale. */
export function staleQueries(event: ChangeEvent): StaleQuery[] {
  const one = event.id === anything ? {} : { id: event.id }
  switch (event.topic) {
    case 'dataset':
      return [router('dataset'), router('leaderboard')]
    case 'import':
      return [{ path: ['import', 'get'], ...one }]
    case 'model':
      return [router('model'), router('leaderboard')]
    case 'sweep':
      return [router('sweep'), router('leaderboard')]
    case 'trial':
      return [
        { path: ['trial', 'get'], ...one },
        { path: ['trial', 'confusion'], ...one },
        { path: ['trial', 'predictions'], ...one },
        { path: ['trial', 'best'] },
        { path: ['trial', 'trained'] },
        router('sweep'),
        router('leaderboard'),
      ]
    case 'worker':
      return [router('worker')]
    case 'job':
      // A job that fails may say why a model's weights are not here.
      return [router('job'), router('model'), router('import'), router('quickCheck'), router('augmentationPreview'), router('prediction'), router('worker'), { path: ['trial', 'get'] }]
  }
}

/** The same without repetition, for a handful of changes at once. */
export function staleQueriesOf(events: readonly ChangeEvent[]): StaleQuery[] {
  const byKey = new Map<string, StaleQuery>()
  for (const query of events.flatMap(staleQueries)) byKey.set(`${query.path.join('.')} ${query.id ?? ''}`, query)
  return [...byKey.values()]
}
