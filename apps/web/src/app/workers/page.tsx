import { WorkerList } from '../../components/workers/worker-list.tsx'

export const metadata = { title: 'Workers' }

export default function WorkersPage() {
  return <WorkerList />
}
