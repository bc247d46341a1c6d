import type { Metadata } from 'next'
import { DatasetView } from '../../../components/datasets/dataset-view.tsx'
import { decodeSegment } from '../../decode-segment.ts'

interface Properties {
  params: Promise<{ name: string }>
  searchParams: Promise<{ version?: string | string[] }>
}

export async function generateMetadata({ params }: Properties): Promise<Metadata> {
  return { title: decodeSegment((await params).name) }
}

export default async function DatasetPage({ params, searchParams }: Properties) {
  const { version } = await searchParams
  return <DatasetView name={decodeSegment((await params).name)} version={typeof version === 'string' ? version : undefined} />
}
