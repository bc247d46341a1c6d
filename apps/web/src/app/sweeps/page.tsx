import { SweepList } from '../../components/sweeps/sweep-list.tsx'

export const metadata = { title: 'Sweeps' }

export default function SweepsPage() {
  return <SweepList />
}
