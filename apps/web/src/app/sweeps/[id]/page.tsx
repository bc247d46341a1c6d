import { SweepView } from '../../../components/sweeps/sweep-view.tsx'

export const metadata = { title: 'Sweep' }

export default async function SweepPage({ params }: { params: Promise<{ id: string }> }) {
  return <SweepView id={(await params).id} />
}
