import { TrialView } from '../../../components/trials/trial-view.tsx'

export const metadata = { title: 'Trial' }

export default async function TrialPage({ params }: { params: Promise<{ id: string }> }) {
  return <TrialView id={(await params).id} />
}
