import { TryView } from '../../components/try/try-view.tsx'

export const metadata = { title: 'Try it' }

export default async function TryPage({ searchParams }: { searchParams: Promise<{ trial?: string | string[] }> }) {
  const { trial } = await searchParams
  return <TryView initialTrial={typeof trial === 'string' ? trial : undefined} />
}
