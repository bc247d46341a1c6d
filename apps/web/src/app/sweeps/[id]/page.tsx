import { SweepView } from '../../../components/sweeps/sweep-view.tsx'
import { pageTitle, Prefetched } from '../../../server/prefetched.tsx'

interface Properties {
  params: Promise<{ id: string }>
}

export async function generateMetadata({ params }: Properties) {
  const { id } = await params
  return pageTitle(async (caller) => (await caller.sweep.get({ id })).name, 'Sweep')
}

export default async function SweepPage({ params }: Properties) {
  const { id } = await params
  return (
    <Prefetched queries={(trpc, cache) => [cache.prefetchQuery(trpc.sweep.get.queryOptions({ id })), cache.prefetchQuery(trpc.model.list.queryOptions())]}>
      <SweepView id={id} />
    </Prefetched>
  )
}
