import { DatasetList } from '../../components/datasets/dataset-list.tsx'
import { Prefetched } from '../../server/prefetched.tsx'

export const metadata = { title: 'Datasets' }

export default function DatasetsPage() {
  return (
    <Prefetched queries={(trpc, cache) => [cache.prefetchQuery(trpc.dataset.list.queryOptions())]}>
      <DatasetList />
    </Prefetched>
  )
}
