import { PeopleView } from '../../components/people/people-view.tsx'
import { Prefetched } from '../../server/prefetched.tsx'

export const metadata = { title: 'People' }

export default function PeoplePage() {
  return (
    <Prefetched queries={(trpc, cache) => [cache.prefetchQuery(trpc.person.list.queryOptions()), cache.prefetchQuery(trpc.person.me.queryOptions())]}>
      <PeopleView />
    </Prefetched>
  )
}
