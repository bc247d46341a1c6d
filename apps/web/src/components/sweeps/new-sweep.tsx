'use client'
import type { Recipe } from '@graft/contracts/recipe'
import type { ParsedSweepRequest } from '@graft/contracts/sweep'
import { useQueries, useQuery } from '@tanstack/react-query'
import { ImagePlus, Images } from 'lucide-react'
import Link from 'next/link'
import { useTRPC } from '../../trpc/client.tsx'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { LaunchForm } from './launch-form.tsx'
import type { LaunchForm as LaunchFormState } from './launch-request.ts'
import { launchOfRequest } from './sweep-text.ts'

interface NewSweepProps {
  datasets: string[]
  models: string[]
  /** The id of a sweep that the form begins as. */
  like: string | undefined
  /** The search starts from that sweep's results as well. */
  warmStarted: boolean
}

/** The form of a sweep like another one. */
function formLike(request: ParsedSweepRequest, id: string, presets: readonly Recipe[], warmStarted: boolean): LaunchFormState {
  const form = launchOfRequest({ ...request, name: `${request.name ?? ''} (${warmStarted ? 'wider' : 'copy'})`.slice(-100) }, !presets.some(({ name }) => name === request.recipe.name))
  return warmStarted && form.search !== null ? { ...form, search: { ...form.search, warmStart: [id] } } : form
}

/** The launch page: the form once everything it offers is known. */
export function NewSweep({ datasets: initialDatasets, models: initialModels, like, warmStarted }: NewSweepProps) {
  const trpc = useTRPC()
  const [datasets, models, presets] = useQueries({ queries: [trpc.dataset.list.queryOptions(), trpc.model.list.queryOptions(), trpc.recipe.presets.queryOptions()] })
  const similar = useQuery(trpc.sweep.request.queryOptions({ id: like ?? '' }, { enabled: like !== undefined }))
  const failed = [datasets, models, presets, similar].find(({ isError }) => isError)
  const content = () => {
    if (failed !== undefined) return <Panel><ErrorState error={failed.error} onRetry={() => void failed.refetch()} /></Panel>
    if (datasets.data === undefined || models.data === undefined || presets.data === undefined || (like !== undefined && similar.data === undefined)) {
      return (
        <div role="status" aria-label="Loading the form" className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <Skeleton className="h-96" />
          <Skeleton className="h-48" />
        </div>
      )
    }
    if (datasets.data.length === 0) {
      return (
        <Panel>
          <EmptyState icon={Images} title="No dataset to train on" command="npx graft import FOLDER --name birds" action={<Link href="/datasets" className={buttonClass('primary')}><ImagePlus aria-hidden size={15} /> Import images</Link>}>
            Import a folder of images first.
          </EmptyState>
        </Panel>
      )
    }
    const names = new Set(datasets.data.map(({ name }) => name))
    const ids = new Set(models.data.filter(({ availability }) => availability.state !== 'unavailable').map(({ id }) => id))
    if (similar.data !== undefined) {
      return (
        <>
          {warmStarted && (
            <p className="mb-4 rounded-md border bg-accent-soft px-4 py-2.5 text-sm text-accent">
              Begins as <Link href={`/sweeps/${like}`} className="underline">{similar.data.name}</Link> and learns from its results. Widen ranges or add parameters under <a href="#search" className="underline">Search</a>; that sweep itself stays as it is.
            </p>
          )}
          <LaunchForm datasets={datasets.data} models={models.data} presets={presets.data} initial={formLike(similar.data, like!, presets.data, warmStarted)} />
        </>
      )
    }
    const initial = { datasets: initialDatasets.filter((name) => names.has(name)), models: initialModels.filter((id) => ids.has(id)) }
    return <LaunchForm datasets={datasets.data} models={models.data} presets={presets.data} initial={initial} />
  }
  return (
    <Page title="New sweep" note="Every chosen model on every chosen dataset, with one recipe or a search over recipes, once per seed." above={<Link href="/sweeps" className="hover:text-ink hover:underline">Sweeps</Link>}>
      {content()}
    </Page>
  )
}
