import { defaultShouldDehydrateQuery, QueryClient } from '@tanstack/react-query'
import superjson from 'superjson'
import { isWorthRetrying } from '../failure/read-failure.ts'

/** The query cache, of a browser or of one page that the server renders. Dates survive the way between them by superjson. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Live events say when something changed; between them what was fetched stays true.
      queries: { staleTime: 30_000, retry: (failures, error) => failures < 2 && isWorthRetrying(error) },
      dehydrate: { serializeData: superjson.serialize, shouldDehydrateQuery: defaultShouldDehydrateQuery },
      hydrate: { deserializeData: superjson.deserialize },
    },
  })
}
