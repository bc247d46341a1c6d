'use client'
import { useQuery } from '@tanstack/react-query'
import { Images } from 'lucide-react'
import { useTRPC } from '../../trpc/client.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { DatasetCard } from './dataset-card.tsx'
import { ImportPanel } from './import-panel.tsx'

/** All datasets, and the way to import another. */
export function DatasetList() {
  const trpc = useTRPC()
  const datasets = useQuery(trpc.dataset.list.queryOptions())
  return (
    <Page title="Datasets" note="Folders of labelled images. A version never changes: it is named by the hash of its content and split.">
      <ImportPanel />
      <div className="mt-5">
        {datasets.isPending && (
          <div role="status" aria-label="Loading datasets" className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
            {[0, 1, 2].map((card) => (
              <Skeleton key={card} className="h-72" />
            ))}
          </div>
        )}
        {datasets.isError && (
          <Panel>
            <ErrorState error={datasets.error} onRetry={() => void datasets.refetch()} />
          </Panel>
        )}
        {datasets.data?.length === 0 && (
          <Panel>
            <EmptyState icon={Images} title="No datasets yet" command="npx graft import FOLDER --name birds">
              Drop a folder with a subfolder of images for each class above.
            </EmptyState>
          </Panel>
        )}
        {datasets.data !== undefined && (
          <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
            {datasets.data.map((dataset) => (
              <DatasetCard key={dataset.name} dataset={dataset} />
            ))}
          </div>
        )}
      </div>
    </Page>
  )
}
