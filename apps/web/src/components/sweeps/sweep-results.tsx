'use client'
import type { SearchSpace } from '@graft/contracts/search-space'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../trpc/client.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { SweepPlots } from './plots/sweep-plots.tsx'
import { useImportance } from './plots/use-importance.ts'

/** The plots of a sweep, from all of its trials. `space`: of its search; undefined where it has none. */
export function SweepResults({ id, space }: { id: string; space: SearchSpace | undefined }) {
  const trpc = useTRPC()
  const points = useQuery(trpc.sweep.points.queryOptions({ id }))
  const curves = useQuery(trpc.sweep.curves.queryOptions({ id }))
  const importance = useImportance(id, points.data, space)
  if (points.isError) return <Panel title="Trials"><ErrorNote error={points.error} /></Panel>
  if (points.data === undefined) return <div role="status" aria-label="Loading the trials"><Skeleton className="h-96" /></div>
  if (points.data.trials.length === 0) return <Panel title="Trials"><p className="text-sm text-muted">No configuration has been proposed yet.</p></Panel>
  return <SweepPlots points={points.data} curves={{ data: curves.data, error: curves.error }} importance={importance} />
}
