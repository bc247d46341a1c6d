import { LeaderboardView } from '../components/leaderboard/leaderboard-view.tsx'

export const metadata = { title: 'Leaderboard' }

export default function LeaderboardPage() {
  return <LeaderboardView />
}
