import { WorkerList } from '../../components/workers/worker-list.tsx'
import { Prefetched } from '../../server/prefetched.tsx'

export const metadata = { title: 'Workers' }

export default function WorkersPage() {
  return (
    <Prefetched queries={(trpc, cache) => [cache.prefetchQuery(trpc.worker.list.queryOptions())]}>
      <WorkerList />
    </Prefetched>
  )
}
