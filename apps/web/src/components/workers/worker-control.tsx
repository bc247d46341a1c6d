'use client'
import type { WorkerView } from '@graft/contracts/views'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Play, ShieldCheck, Unplug } from 'lucide-react'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/error-state.tsx'

/** Lets a worker end what it has, gives it jobs again, or lifts its quarantine. */
export function WorkerControl({ worker }: { worker: Pick<WorkerView, 'id' | 'name' | 'mode'> }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const onSuccess = () => queryClient.invalidateQueries(trpc.worker.pathFilter())
  const drain = useMutation(trpc.worker.drain.mutationOptions({ onSuccess }))
  const resume = useMutation(trpc.worker.resume.mutationOptions({ onSuccess }))
  const failure = drain.error ?? resume.error
  const { id, name, mode } = worker
  const busy = drain.isPending || resume.isPending
  return (
    <div className="space-y-2">
      {mode === 'ready' && <Button look="quiet" size="small" aria-label={`Drain ${name}`} title="It ends what it has and is given nothing new" disabled={busy} onClick={() => drain.mutate({ id })}><Unplug aria-hidden size={13} /> Drain</Button>}
      {mode === 'draining' && <Button size="small" aria-label={`Resume ${name}`} disabled={busy} onClick={() => resume.mutate({ id })}><Play aria-hidden size={13} /> Resume</Button>}
      {mode === 'quarantined' && <Button size="small" aria-label={`Lift the quarantine of ${name}`} disabled={busy} onClick={() => resume.mutate({ id })}><ShieldCheck aria-hidden size={13} /> Lift the quarantine</Button>}
      {failure !== null && <ErrorNote error={failure} />}
    </div>
  )
}
