import type { Metadata } from 'next'
import { DatasetView } from '../../../components/datasets/dataset-view.tsx'
import { Prefetched } from '../../../server/prefetched.tsx'
import { decodeSegment } from '../../decode-segment.ts'

interface Properties {
  params: Promise<{ name: string }>
  searchParams: Promise<{ version?: string | string[] }>
}

export async function generateMetadata({ params }: Properties): Promise<Metadata> {
  return { title: decodeSegment((await params).name) }
}

export default async function DatasetPage({ params, searchParams }: Properties) {
  const name = decodeSegment((await params).name)
  const { version } = await searchParams
  const wanted = { name, ...(typeof version === 'string' ? { version } : {}) }
  return (
    <Prefetched queries={(trpc, cache) => [cache.prefetchQuery(trpc.dataset.get.queryOptions(wanted))]}>
      <DatasetView name={name} version={wanted.version} />
    </Prefetched>
  )
}
