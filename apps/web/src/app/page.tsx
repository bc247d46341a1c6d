import { LeaderboardView } from '../components/leaderboard/leaderboard-view.tsx'
import { Prefetched } from '../server/prefetched.tsx'

export const metadata = { title: 'Leaderboard' }

export default function LeaderboardPage() {
  return (
    <Prefetched queries={(trpc, cache) => [cache.prefetchQuery(trpc.leaderboard.get.queryOptions({})), cache.prefetchQuery(trpc.sweep.list.queryOptions({}))]}>
      <LeaderboardView />
    </Prefetched>
  )
}
