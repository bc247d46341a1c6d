import { TrialView } from '../../../components/trials/trial-view.tsx'
import { pageTitle, Prefetched } from '../../../server/prefetched.tsx'

interface Properties {
  params: Promise<{ id: string }>
}

export async function generateMetadata({ params }: Properties) {
  const { id } = await params
  return pageTitle(async (caller) => {
    const { modelName, dataset, seed } = await caller.trial.get({ id })
    return `${modelName} on ${dataset}, seed ${seed}`
  }, 'Trial')
}

export default async function TrialPage({ params }: Properties) {
  const { id } = await params
  return (
    <Prefetched queries={(trpc, cache) => [cache.prefetchQuery(trpc.trial.get.queryOptions({ id }))]}>
      <TrialView id={id} />
    </Prefetched>
  )
}
