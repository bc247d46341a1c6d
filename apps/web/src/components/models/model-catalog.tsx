'use client'
import type { ModelView } from '@graft/contracts/views'
import { useQuery } from '@tanstack/react-query'
import { Boxes } from 'lucide-react'
import { countText, shortCountText } from '../../format/count.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { ModelSource } from './model-source.tsx'
import { WeightsState } from './weights-state.tsx'

function ModelRow({ model }: { model: ModelView }) {
  const [height, width] = model.preprocessing.inputSize
  const away = model.availability.state === 'unavailable'
  return (
    <li className="grid gap-x-5 gap-y-2 px-4 py-3.5 lg:grid-cols-[minmax(11rem,1.3fr)_6rem_5.5rem_minmax(8rem,1fr)_minmax(10rem,1.4fr)_minmax(11rem,1.5fr)] lg:items-start">
      <div className={away ? 'text-muted' : ''}>
        <p className="font-medium">{model.name}</p>
        <p className="text-2xs text-faint">
          <code className="font-mono">{model.id}</code> · {model.architecture}
          {model.alpha !== 1 && ` α ${model.alpha}`}
        </p>
      </div>
      <div className="flex flex-wrap gap-x-5 gap-y-1 tabular-nums lg:contents">
        <p title={model.parameters === 0 ? 'As its recipe says' : `${countText(model.parameters)} parameters in the trunk`}>
          <span className="text-2xs text-faint lg:hidden">Parameters </span>
          {model.parameters === 0 ? '–' : shortCountText(model.parameters)}
        </p>
        <p>
          <span className="text-2xs text-faint lg:hidden">Input </span>
          {width} × {height}
        </p>
      </div>
      <p className="wrap-anywhere">
        <span className="text-2xs text-faint lg:hidden">Trained on </span>
        {model.trainedOn ?? (model.pretrained ? 'unknown' : 'nothing: from scratch')}
        {model.hasTop && <span className="block text-2xs text-faint">with its labels (quick check)</span>}
      </p>
      <div className="min-w-0 text-xs text-muted">
        {model.licence !== null && <p>{model.licence}</p>}
        {model.source !== null && <ModelSource source={model.source} />}
      </div>
      <div className="min-w-0">
        <WeightsState model={model} />
      </div>
    </li>
  )
}

/** What can be grafted onto: every architecture, where its weights come from, and whether they are here. */
export function ModelCatalog() {
  const trpc = useTRPC()
  const models = useQuery(trpc.model.list.queryOptions())
  return (
    <Page title="Models" note="Pretrained networks, and baselines that learn from scratch. Random weights are never called pretrained." actions={<CommandLine command="npx graft models add FILE" />}>
      <Panel flush>
        <div aria-hidden className="hidden gap-x-5 border-b px-4 py-2 text-xs text-muted lg:grid lg:grid-cols-[minmax(11rem,1.3fr)_6rem_5.5rem_minmax(8rem,1fr)_minmax(10rem,1.4fr)_minmax(11rem,1.5fr)]">
          <span>Model</span>
          <span>Parameters</span>
          <span>Input</span>
          <span>Trained on</span>
          <span>Licence and source</span>
          <span>Weights</span>
        </div>
        {models.isPending && <div className="p-4"><SkeletonRows rows={6} className="h-14" /></div>}
        {models.isError && <ErrorState error={models.error} onRetry={() => void models.refetch()} />}
        {models.data?.length === 0 && <EmptyState icon={Boxes} title="The catalog is empty" command="npx graft worker">Workers bring the catalog with them: it fills when the first one comes.</EmptyState>}
        <ul className="divide-y">{models.data?.map((model) => <ModelRow key={model.id} model={model} />)}</ul>
      </Panel>
    </Page>
  )
}
