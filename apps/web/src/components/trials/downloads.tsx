'use client'
import type { ArtifactKind } from '@graft/contracts/trial'
import type { TrialView } from '@graft/contracts/views'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Download, FileCode2, FileSpreadsheet, FileText, Package, Weight, type LucideIcon } from 'lucide-react'
import { isTerminal } from '@graft/contracts/trial'
import { bytesText } from '../../format/bytes.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { JobProgress } from '../ui/job-progress.tsx'

/** In this order on the page. */
const looks: Record<ArtifactKind, { icon: LucideIcon; name: string }> = {
  'predictions-csv': { icon: FileSpreadsheet, name: 'Predictions' },
  weights: { icon: Weight, name: 'Trained weights' },
  onnx: { icon: FileCode2, name: 'ONNX model' },
  'model-card': { icon: FileText, name: 'Model card' },
  labels: { icon: FileText, name: 'Labels' },
  'export-archive': { icon: Package, name: 'Everything, as a zip' },
}

/** Makes the ONNX export: preprocessing inside, scored again on the test images before it is written. */
function ExportButton({ trialId }: { trialId: string }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const start = useMutation(trpc.trial.export.mutationOptions())
  const jobId = start.data?.jobId
  const job = useQuery(
    trpc.job.get.queryOptions(
      { id: jobId ?? '' },
      {
        enabled: jobId !== undefined,
        refetchInterval: ({ state }) => {
          if (state.data === undefined || !isTerminal(state.data.state)) return 2000
          void queryClient.invalidateQueries(trpc.trial.get.queryFilter({ id: trialId }))
          return false
        },
      },
    ),
  )
  const working = jobId !== undefined && (job.data === undefined || !isTerminal(job.data.state))
  return (
    <div className="space-y-2">
      <Button size="small" className="w-full" disabled={start.isPending || working} onClick={() => start.mutate({ id: trialId })}>
        <FileCode2 aria-hidden size={14} /> {working ? 'Exporting…' : 'Export as ONNX'}
      </Button>
      {working && <JobProgress progress={job.data?.progress ?? null} label="Export" />}
      {start.isError && <ErrorNote error={start.error} />}
      {job.data?.error != null && <ErrorNote error={{ error: job.data.error }} />}
    </div>
  )
}

const order = Object.keys(looks)

/** What a finished trial leaves: predictions, weights, ONNX. */
export function Downloads({ trial }: { trial: TrialView }) {
  return (
    <div className="space-y-3">
      <ul className="space-y-1">
        {trial.artifacts.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)).map((artifact) => {
          const { icon: Icon, name } = looks[artifact.kind]
          return (
            <li key={artifact.id}>
              <a href={`/api/artifacts/${encodeURIComponent(artifact.id)}`} download className="group -mx-2 flex items-center gap-2.5 rounded-md px-2 py-1.5 hover:bg-hover">
                <Icon aria-hidden size={15} className="text-muted" />
                <span className="min-w-0 flex-1">
                  <span className="block text-sm">{name}</span>
                  <span className="block truncate font-mono text-2xs text-faint">{artifact.name}</span>
                </span>
                <span className="text-xs text-muted tabular-nums">{bytesText(artifact.bytes)}</span>
                <Download aria-hidden size={14} className="text-faint group-hover:text-accent" />
              </a>
            </li>
          )
        })}
      </ul>
      {!trial.artifacts.some(({ kind }) => kind === 'onnx') && <ExportButton trialId={trial.id} />}
    </div>
  )
}
