'use client'
import { useQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import Link from 'next/link'
import { useTRPC } from '../../trpc/client.tsx'
import { countText } from '../../format/count.ts'
import { buttonClass } from '../ui/button.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { ClassBalance } from './class-balance.tsx'
import { DatasetVersions } from './dataset-versions.tsx'
import { ImageGallery } from './image-gallery.tsx'
import { ImportReport } from './import-report.tsx'
import { QuickCheck } from './quick-check.tsx'

/** One dataset: how it is made up, its images, what the import found, what the networks see in it. */
export function DatasetView({ name, version }: { name: string; version: string | undefined }) {
  const trpc = useTRPC()
  const dataset = useQuery(trpc.dataset.get.queryOptions({ name, ...(version === undefined ? {} : { version }) }))
  const above = (
    <Link href="/datasets" className="hover:text-ink hover:underline">
      Datasets
    </Link>
  )
  if (dataset.isError) {
    return (
      <Page title={name} above={above}>
        <Panel>
          <ErrorState error={dataset.error} onRetry={() => void dataset.refetch()} />
        </Panel>
      </Page>
    )
  }
  if (dataset.data === undefined) {
    return (
      <Page title={name} above={above}>
        <div role="status" aria-label="Loading the dataset" className="grid gap-4 lg:grid-cols-[1fr_22rem]">
          <Skeleton className="h-80" />
          <Skeleton className="h-80" />
          <Skeleton className="h-96 lg:col-span-2" />
        </div>
      </Page>
    )
  }
  const detail = dataset.data
  return (
    <Page
      title={name}
      above={above}
      note={`${countText(detail.images)} images in ${detail.classes.length} classes`}
      actions={
        <Link href={`/sweeps/new?dataset=${encodeURIComponent(name)}`} className={buttonClass('primary')}>
          <Play aria-hidden size={15} /> Train on it
        </Link>
      }
    >
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <ClassBalance detail={detail} />
        <DatasetVersions detail={detail} />
        <div className="min-w-0 lg:col-span-2">
          <ImageGallery key={detail.version} version={detail.version} classes={detail.classes} />
        </div>
        <div className="min-w-0 lg:col-span-2">
          <QuickCheck dataset={name} classes={detail.classes} />
        </div>
        <div className="min-w-0 lg:col-span-2">
          <ImportReport key={detail.version} detail={detail} />
        </div>
      </div>
    </Page>
  )
}
