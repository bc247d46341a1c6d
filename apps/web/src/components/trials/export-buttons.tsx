'use client'
import { isTerminal, type ArtifactKind, type ExportFormat } from '@graft/contracts/trial'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { FileCode2 } from 'lucide-react'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { JobProgress } from '../ui/job-progress.tsx'

const formats: readonly { format: ExportFormat; kind: ArtifactKind; name: string }[] = [
  { format: 'onnx', kind: 'onnx', name: 'ONNX' },
  { format: 'keras', kind: 'keras-h5', name: 'Keras' },
  { format: 'tfjs', kind: 'tfjs-model', name: 'TensorFlow.js' },
  { format: 'safetensors', kind: 'safetensors', name: 'safetensors' },
]

/** Makes the exports that are not there yet: each is run again on the test images before it is published. `kinds`: what there is. */
export function ExportButtons({ trialId, kinds }: { trialId: string; kinds: readonly ArtifactKind[] }) {
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
  const missing = formats.filter(({ kind }) => !kinds.includes(kind))
  const working = jobId !== undefined && (job.data === undefined || !isTerminal(job.data.state))
  if (missing.length === 0 && !working) return null
  return (
    <div className="space-y-2" role="group" aria-labelledby="export-title">
      <p id="export-title" className="text-xs text-muted">Export the model, run again on the test images first:</p>
      <div className="flex flex-wrap gap-2">
        {missing.map(({ format, name }) => (
          <Button key={format} size="small" disabled={start.isPending || working} onClick={() => start.mutate({ id: trialId, formats: [format] })}>
            <FileCode2 aria-hidden size={14} /> {name}
          </Button>
        ))}
      </div>
      {working && <JobProgress progress={job.data?.progress ?? null} label="Export" />}
      {start.isError && <ErrorNote error={start.error} />}
      {job.data?.error != null && <ErrorNote error={{ error: job.data.error }} />}
    </div>
  )
}
