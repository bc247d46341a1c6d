import { LeaderboardView } from '../components/leaderboard/leaderboard-view.tsx'
import { Prefetched } from '../server/prefetched.tsx'

// The layout's template holds for pages below it, not for its own.
export const metadata = { title: { absolute: 'Leaderboard · Graft' } }

export default function LeaderboardPage() {
  return (
    <Prefetched queries={(trpc, cache) => [cache.prefetchQuery(trpc.leaderboard.get.queryOptions({})), cache.prefetchQuery(trpc.sweep.list.queryOptions({}))]}>
      <LeaderboardView />
    </Prefetched>
  )
}
