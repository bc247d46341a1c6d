import { SweepView } from '../../../components/sweeps/sweep-view.tsx'
import { Prefetched } from '../../../server/prefetched.tsx'

export const metadata = { title: 'Sweep' }

export default async function SweepPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return (
    <Prefetched queries={(trpc, cache) => [cache.prefetchQuery(trpc.sweep.get.queryOptions({ id })), cache.prefetchQuery(trpc.model.list.queryOptions())]}>
      <SweepView id={id} />
    </Prefetched>
  )
}
