import { TrialView } from '../../../components/trials/trial-view.tsx'
import { Prefetched } from '../../../server/prefetched.tsx'

export const metadata = { title: 'Trial' }

export default async function TrialPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return (
    <Prefetched queries={(trpc, cache) => [cache.prefetchQuery(trpc.trial.get.queryOptions({ id }))]}>
      <TrialView id={id} />
    </Prefetched>
  )
}
