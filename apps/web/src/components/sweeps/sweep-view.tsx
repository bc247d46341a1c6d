'use client'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { countText } from '../../format/count.ts'
import { durationText } from '../../format/duration.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { RecipeSummary } from '../trials/recipe-summary.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Figure } from '../ui/figure.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { StatePill } from '../ui/state-pill.tsx'
import { methodNames } from '../search/method-names.ts'
import { BudgetBars } from './budget-bars.tsx'
import { CountsBar } from './counts-bar.tsx'
import { FailedTrials } from './failed-trials.tsx'
import { ForecastTable } from './forecast-table.tsx'
import { seedsText } from './parse-seeds.ts'
import { objectiveName, objectiveText } from './plots/sweep-columns.ts'
import { PriorityField } from './priority-field.tsx'
import { SearchSummary } from './search-summary.tsx'
import { SweepActions } from './sweep-actions.tsx'
import { SweepResults } from './sweep-results.tsx'
import { sweepTotals, type StateCounts } from './sweep-totals.ts'
import { TrialGrid } from './trial-grid.tsx'

/** Reasons that are shown at once. */
const mostFailed = 20

/** One sweep, live. */
export function SweepView({ id }: { id: string }) {
  const trpc = useTRPC()
  const sweep = useQuery(trpc.sweep.get.queryOptions({ id }))
  const models = useQuery(trpc.model.list.queryOptions())
  const modelName = (model: string) => models.data?.find((candidate) => candidate.id === model)?.name ?? model
  const above = <Link href="/sweeps" className="hover:text-ink hover:underline">Sweeps</Link>
  if (sweep.isError) return <Page title="Sweep" above={above}><Panel><ErrorState error={sweep.error} onRetry={() => void sweep.refetch()} /></Panel></Page>
  if (sweep.data === undefined) {
    return (
      <Page title={<Skeleton className="h-7 w-64" />} above={above}>
        <div role="status" aria-label="Loading the sweep" className="space-y-4">
          <Skeleton className="h-24" />
          <Skeleton className="h-72" />
        </div>
      </Page>
    )
  }
  const { name, state, counts, secondsLeft, seeds, recipe, search, trials, createdAt, launchedBy, priority, best, used, forecast } = sweep.data
  const { done, total } = sweepTotals(counts)
  const isOpen = state === 'running' || state === 'paused'
  return (
    <Page
      title={<span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">{name} <StatePill state={state} /></span>}
      above={above}
      note={<>{search === null ? recipe.name : `${methodNames[search.method]} search of ${Object.keys(search.space.parameters).length} parameters`} · {seeds.length === 1 ? 'seed' : 'seeds'} {seedsText(seeds)} · launched <RelativeTime time={createdAt} /> by {launchedBy}</>}
      actions={<SweepActions sweep={sweep.data} />}
    >
      <div className="space-y-4">
        <Panel>
          <div aria-live="polite">
            <dl className="mb-3 grid grid-cols-2 gap-4 sm:grid-cols-4">
              <Figure name="Ended" remark={endedText(counts)}>{countText(done)}<span className="text-sm font-normal text-muted"> of {countText(total)}</span></Figure>
              <Figure name="Running" remark={counts.paused > 0 ? `${counts.paused} paused` : undefined}>{counts.running}</Figure>
              {search !== null && <Figure name={`Best ${objectiveName(search.objective.metric)}`} remark={best !== null && best.trialIds[0] !== undefined ? <Link href={`/trials/${best.trialIds[0]}`} className="text-accent hover:underline">configuration {best.configuration + 1}</Link> : undefined}>{objectiveText(search.objective.metric, best?.value ?? null)}</Figure>}
              {search === null && <Figure name="Failed"><span className={counts.failed > 0 ? 'text-danger' : ''}>{counts.failed}</span></Figure>}
              <Figure name={isOpen ? 'Time left' : 'State'}>{isOpen ? (state === 'paused' ? 'paused' : secondsLeft === null ? 'not known yet' : `about ${durationText(secondsLeft)}`) : state === 'cancelled' ? 'Cancelled' : counts.failed > 0 ? 'Done, with failures' : 'Done'}</Figure>
            </dl>
            <CountsBar counts={counts} />
          </div>
          {search !== null && <div className="mt-4"><BudgetBars budget={search.budget} used={used} /></div>}
          {isOpen && <div className="mt-4 flex justify-end"><PriorityField id={id} priority={priority} /></div>}
        </Panel>
        {search === null && (
          <Panel title="Trials" note="test accuracy in % by seed; press one to look inside" flush>
            <TrialGrid sweep={sweep.data} modelName={modelName} />
          </Panel>
        )}
        <FailedTrials trials={trials.filter((trial) => trial.state === 'failed').slice(0, mostFailed)} count={counts.failed} modelName={modelName} />
        <SweepResults id={id} space={search?.space} />
        {forecast !== null && <Panel title="Forecast and what came" note={forecast.actual === null ? undefined : 'error: forecast over actual, less 1'}><ForecastTable forecast={forecast} /></Panel>}
        {search !== null && <Panel title="Search"><SearchSummary search={search} /></Panel>}
        <Panel title={search === null ? 'Recipe' : 'Recipe that the search starts from'} note={recipe.name}>
          <RecipeSummary recipe={recipe} />
        </Panel>
      </div>
    </Page>
  )
}

/** How those that are over ended, where not all finished. */
function endedText(counts: StateCounts): string | undefined {
  const parts = (['pruned', 'diverged', 'failed', 'cancelled'] as const).flatMap((state) => ((counts[state] ?? 0) > 0 ? [`${countText(counts[state] ?? 0)} ${state}`] : []))
  return parts.length === 0 ? undefined : [`${countText(counts.finished ?? 0)} finished`, ...parts].join(', ')
}
