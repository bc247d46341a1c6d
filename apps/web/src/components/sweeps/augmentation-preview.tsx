'use client'
import type { Augmentation } from '@graft/contracts/recipe/augmentation'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Images } from 'lucide-react'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { JobProgress } from '../ui/job-progress.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Thumbnail } from '../ui/thumbnail.tsx'

/** 16 training images of a dataset as this augmentation changes them; a worker makes them when asked. */
export function AugmentationPreview({ dataset, augmentation }: { dataset: string | undefined; augmentation: Augmentation | undefined }) {
  const trpc = useTRPC()
  const create = useMutation(trpc.augmentationPreview.create.mutationOptions())
  const asked = create.variables
  const id = create.data?.id
  const preview = useQuery(trpc.augmentationPreview.get.queryOptions({ id: id ?? '' }, { enabled: id !== undefined, refetchInterval: ({ state }) => (state.data?.state === 'queued' || state.data?.state === 'running' ? 2000 : false) }))
  const view = id === undefined ? undefined : preview.data
  const isCurrent = asked !== undefined && asked.dataset === dataset && JSON.stringify(asked.augmentation) === JSON.stringify(augmentation)
  const isWorking = view?.state === 'queued' || view?.state === 'running'
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-3">
        <Button size="small" disabled={dataset === undefined || augmentation === undefined || create.isPending || isWorking || (isCurrent && view?.images != null)} onClick={() => create.mutate({ dataset: dataset!, augmentation: augmentation! })}>
          <Images aria-hidden size={14} /> Preview
        </Button>
        <p className="text-xs text-muted">
          {dataset === undefined ? 'Choose a dataset to see 16 of its images augmented.' : view?.images != null && !isCurrent ? `Shown: ${view.dataset} before the last change.` : `16 training images of ${dataset}, augmented.`}
        </p>
      </div>
      {create.isError && <ErrorNote error={create.error} />}
      {preview.isError && <ErrorNote error={preview.error} />}
      {view?.error != null && <ErrorNote error={{ error: view.error }} />}
      {create.isPending && <Skeleton className="h-24" />}
      {isWorking && <JobProgress progress={view.progress} label="Augmentation preview" />}
      {view?.images != null && (
        <ul className={`grid grid-cols-4 gap-1.5 sm:grid-cols-8 ${isCurrent ? '' : 'opacity-50'}`}>
          {view.images.map((image) => (
            <li key={image.path} title={`${view.classes[image.classIndex]}: ${image.path}`}>
              <Thumbnail sha256={image.sha256} alt={`${view.classes[image.classIndex]}, augmented`} className="aspect-square w-full rounded" />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
