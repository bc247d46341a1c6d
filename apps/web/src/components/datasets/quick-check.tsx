'use client'
import type { QuickCheckView } from '@graft/contracts/views'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Eye, ScanEye } from 'lucide-react'
import { useState } from 'react'
import { shellArgument } from '../../format/shell-argument.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorNote, ErrorState } from '../ui/error-state.tsx'
import { JobProgress } from '../ui/job-progress.tsx'
import { Panel } from '../ui/panel.tsx'
import { ProbabilityBars } from '../ui/probability-bars.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Thumbnail } from '../ui/thumbnail.tsx'

function QuickCheckSamples({ check, classes }: { check: QuickCheckView; classes: readonly string[] }) {
  return (
    <ul className="grid grid-cols-1 gap-x-5 gap-y-3 p-4 sm:grid-cols-2 xl:grid-cols-3">
      {check.samples?.map((sample) => (
        <li key={sample.path} className="flex gap-3">
          <Thumbnail sha256={sample.sha256} alt={sample.path} className="size-26 shrink-0 rounded-md" />
          <div className="min-w-0 flex-1">
            <p className="mb-1 truncate px-1.5 text-xs font-semibold">{classes[sample.classIndex]}</p>
            <ProbabilityBars dense classes={sample.top} />
          </div>
        </li>
      ))}
    </ul>
  )
}

/** What ImageNet networks see in one image of each class, before anything is trained. */
export function QuickCheck({ dataset, classes }: { dataset: string; classes: readonly string[] }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const models = useQuery(trpc.model.list.queryOptions())
  const checks = useQuery(trpc.quickCheck.latest.queryOptions({ dataset }, { refetchInterval: ({ state }) => (state.data?.some((check) => check.state === 'queued' || check.state === 'running') ? 3000 : false) }))
  const create = useMutation(trpc.quickCheck.create.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.quickCheck.latest.pathFilter()) }))
  const [chosen, setChosen] = useState<string>()

  const able = models.data?.filter((model) => model.hasTop && model.availability.state !== 'unavailable') ?? []
  const shown = able.find(({ id }) => id === chosen) ?? able.find(({ id }) => checks.data?.some(({ model }) => model === id)) ?? able[0]
  const check = checks.data?.find(({ model }) => model === shown?.id)
  const working = check !== undefined && (check.state === 'queued' || check.state === 'running')
  const start = () => shown !== undefined && create.mutate({ dataset, model: shown.id })
  return (
    <Panel
      title="Quick check"
      note="Top-5 labels of networks before any training, one image a class"
      flush
      actions={
        <>
          {able.length > 1 && shown !== undefined && <Choice label="Model" value={shown.id} options={able.map(({ id, name }) => ({ value: id, text: name }))} onChange={setChosen} />}
          {check !== undefined && !working && (
            <Button size="small" disabled={create.isPending} onClick={start}>
              Check again
            </Button>
          )}
        </>
      }
    >
      {checks.isError && <ErrorState error={checks.error} onRetry={() => void checks.refetch()} />}
      {(checks.isPending || models.isPending) && <div className="p-4"><Skeleton className="h-28" /></div>}
      {create.isError && <div className="p-4"><ErrorNote error={create.error} /></div>}
      {models.data !== undefined && able.length === 0 && <EmptyState icon={ScanEye} title="No model here has its ImageNet labels">A quick check needs weights with their top. See the models page for what is there.</EmptyState>}
      {checks.data !== undefined && shown !== undefined && check === undefined && (
        <EmptyState
          icon={ScanEye}
          title={`See what ${shown.name} sees`}
          command={`npx graft check ${shellArgument(dataset)} --model ${shown.id}`}
          action={
            <Button look="primary" disabled={create.isPending} onClick={start}>
              <Eye aria-hidden size={15} /> Run the quick check
            </Button>
          }
        >
          If the labels are near your classes, its features will probably transfer well.
        </EmptyState>
      )}
      {working && (
        <div className="p-4">
          <JobProgress progress={check.progress} label="Quick check" />
        </div>
      )}
      {check?.error != null && <div className="p-4"><ErrorNote error={{ error: check.error }} /></div>}
      {check?.samples != null && <QuickCheckSamples check={check} classes={classes} />}
    </Panel>
  )
}
