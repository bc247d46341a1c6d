import { ModelCatalog } from '../../components/models/model-catalog.tsx'
import { Prefetched } from '../../server/prefetched.tsx'

export const metadata = { title: 'Models' }

export default function ModelsPage() {
  return (
    <Prefetched queries={(trpc, cache) => [cache.prefetchQuery(trpc.model.list.queryOptions())]}>
      <ModelCatalog />
    </Prefetched>
  )
}
