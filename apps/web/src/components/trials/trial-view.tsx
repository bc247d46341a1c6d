'use client'
import { isTerminal } from '@graft/contracts/trial'
import type { TrialView as Trial } from '@graft/contracts/views'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ban, RotateCw, ScanSearch } from 'lucide-react'
import Link from 'next/link'
import { useMemo } from 'react'
import { useTRPC } from '../../trpc/client.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { ErrorNote, ErrorState } from '../ui/error-state.tsx'
import { JobProgress } from '../ui/job-progress.tsx'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { StatePill } from '../ui/state-pill.tsx'
import { AttemptList } from './attempt-list.tsx'
import { ClassMetricsPanel } from './class-metrics.tsx'
import { ConfusionPanel } from './confusion-panel.tsx'
import { Downloads } from './downloads.tsx'
import { EnvironmentList } from './environment-list.tsx'
import { FeatureReuseNote } from './feature-reuse.tsx'
import { useLiveMetrics } from './live-metrics.ts'
import { MetricCurves } from './metric-curves.tsx'
import { PhasePanel } from './phase-panel.tsx'
import { phaseSpans } from './phase-spans.ts'
import { PredictionGallery } from './prediction-gallery.tsx'
import { RecipeSummary } from './recipe-summary.tsx'
import { ScoreStrip } from './score-strip.tsx'
import { TimingsBar } from './timings-bar.tsx'

function TrialActions({ trial }: { trial: Trial }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const onSuccess = () => queryClient.invalidateQueries(trpc.trial.get.queryFilter({ id: trial.id }))
  const retry = useMutation(trpc.trial.retry.mutationOptions({ onSuccess }))
  const cancel = useMutation(trpc.trial.cancel.mutationOptions({ onSuccess }))
  const failure = retry.error ?? cancel.error
  return (
    <>
      {failure !== null && <ErrorNote error={failure} />}
      {isTerminal(trial.state) && trial.state !== 'finished' && (
        <Button look="primary" disabled={retry.isPending} onClick={() => retry.mutate({ id: trial.id })}>
          <RotateCw aria-hidden size={15} /> Run again
        </Button>
      )}
      {!isTerminal(trial.state) && (
        <Button look="danger" disabled={cancel.isPending} onClick={() => cancel.mutate({ id: trial.id })}>
          <Ban aria-hidden size={15} /> Cancel
        </Button>
      )}
      {trial.state === 'finished' && (
        <Link href={`/try?trial=${trial.id}`} className={buttonClass()}>
          <ScanSearch aria-hidden size={15} /> Try it
        </Link>
      )}
    </>
  )
}

function TrialBody({ trial }: { trial: Trial }) {
  const over = isTerminal(trial.state)
  const points = useLiveMetrics(trial.id, trial.attempt, trial.metrics, !over)
  const { summary, recipeDetail } = trial
  const phases = useMemo(() => phaseSpans(recipeDetail, summary), [recipeDetail, summary])
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] lg:items-start">
      <div className="min-w-0 space-y-4">
        {!over && (
          <Panel>
            <div aria-live="polite">
              <JobProgress progress={trial.progress} label="Trial" waiting={trial.state === 'running' ? 'Starting.' : 'Waiting for a worker.'} />
            </div>
          </Panel>
        )}
        {trial.error !== null && <ErrorNote error={{ error: trial.error }} />}
        {summary !== null && <ScoreStrip summary={summary} classes={trial.classes.length} />}
        <MetricCurves points={points} recipe={recipeDetail} bestEpoch={summary?.bestEpoch} phases={phases} live={!over} />
        {summary !== null && (
          <>
            <PhasePanel summary={summary} recipe={recipeDetail} />
            <ConfusionPanel trialId={trial.id} />
            <ClassMetricsPanel summary={summary} classes={trial.classes} />
            <PredictionGallery trialId={trial.id} classes={trial.classes} />
          </>
        )}
        <Panel title="Recipe" note={trial.recipe}>
          <RecipeSummary recipe={trial.recipeDetail} />
        </Panel>
      </div>
      <div className="min-w-0 space-y-4">
        {summary !== null && (
          <>
            <Panel title="Downloads"><Downloads trial={trial} /></Panel>
            <Panel title="Time"><TimingsBar timings={summary.timings} /></Panel>
            <Panel title="Features"><FeatureReuseNote features={summary.features} /></Panel>
          </>
        )}
        <Panel title="Attempts"><AttemptList attempts={trial.attempts} told={trial.error?.message} /></Panel>
        {summary !== null && (
          <Panel title="Environment">
            <EnvironmentList environment={summary.environment} />
            <p className="mt-3 border-t pt-2 text-2xs text-faint">
              Trained weights <code className="font-mono wrap-anywhere">{summary.weightsSha256.slice(0, 16)}</code>: equal for every run of this trial on a CPU.
            </p>
          </Panel>
        )}
      </div>
    </div>
  )
}

/** One trial: one dataset, model, recipe and seed. */
export function TrialView({ id }: { id: string }) {
  const trpc = useTRPC()
  const trial = useQuery(trpc.trial.get.queryOptions({ id }))
  if (trial.isError) {
    return <Page title="Trial" above={<Link href="/sweeps" className="hover:text-ink hover:underline">Sweeps</Link>}><Panel><ErrorState error={trial.error} onRetry={() => void trial.refetch()} /></Panel></Page>
  }
  if (trial.data === undefined) {
    return (
      <Page title={<Skeleton className="h-7 w-72" />}>
        <div role="status" aria-label="Loading the trial" className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <div className="space-y-4"><Skeleton className="h-28" /><Skeleton className="h-72" /></div>
          <Skeleton className="h-72" />
        </div>
      </Page>
    )
  }
  const { modelName, dataset, seed, recipe, state, sweepId, sweepName } = trial.data
  return (
    <Page
      above={<><Link href="/sweeps" className="hover:text-ink hover:underline">Sweeps</Link> / <Link href={`/sweeps/${sweepId}`} className="hover:text-ink hover:underline">{sweepName}</Link></>}
      title={<span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">{modelName} on {dataset} <StatePill state={state} /></span>}
      note={<>{recipe} · seed {seed} · <Link href={`/datasets/${encodeURIComponent(dataset)}?version=${trial.data.datasetVersion}`} className="hover:text-ink hover:underline">version <code className="font-mono text-xs">{trial.data.datasetVersion.slice(0, 12)}</code></Link></>}
      actions={<TrialActions trial={trial.data} />}
    >
      <TrialBody trial={trial.data} />
    </Page>
  )
}
