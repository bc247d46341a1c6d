'use client'
import type { SweepView } from '@graft/contracts/views'
import { canSweepTransition } from '@graft/contracts/sweep-states'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ban, Copy, Pause, Play, Plus, RotateCw } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { quantityText } from '../../format/count.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { TextField } from '../ui/field.tsx'
import { ExtendDialog } from './extend-dialog.tsx'

const openTrials = ({ counts }: SweepView) => counts.queued + counts.running + counts.paused

function CancelDialog({ sweep, onClose }: { sweep: SweepView; onClose: () => void }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const cancel = useMutation(
    trpc.sweep.cancel.mutationOptions({
      onSuccess: () => {
        void queryClient.invalidateQueries(trpc.sweep.pathFilter())
        onClose()
      },
    }),
  )
  return (
    <Dialog title="Cancel the sweep?" onClose={onClose}>
      <div className="space-y-4 p-4">
        <p className="text-sm text-muted">
          {quantityText(openTrials(sweep), 'trial')} that wait, run or are paused stop within seconds; what running ones learned since their last checkpoint is lost. Finished results stay, and a cancelled sweep can be resumed.
        </p>
        {cancel.isError && <ErrorNote error={cancel.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" disabled={cancel.isPending} onClick={() => cancel.mutate({ id: sweep.id })}>{cancel.isPending ? 'Cancelling…' : 'Cancel the sweep'}</Button>
        </div>
      </div>
    </Dialog>
  )
}

function CloneDialog({ sweep, onClose }: { sweep: SweepView; onClose: () => void }) {
  const trpc = useTRPC()
  const router = useRouter()
  const [seed, setSeed] = useState('')
  const clone = useMutation(trpc.sweep.clone.mutationOptions({ onSuccess: ({ sweepId }) => router.push(`/sweeps/${sweepId}`) }))
  const isSeed = seed.trim() === '' || /^\d{1,10}$/.test(seed.trim())
  return (
    <Dialog title="Launch one like it" onClose={onClose}>
      <form
        className="space-y-4 p-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isSeed) clone.mutate({ id: sweep.id, ...(seed.trim() === '' ? {} : { seed: Number(seed) }) })
        }}
      >
        <p className="text-sm text-muted">The same datasets, models, recipe and seeds{sweep.search === null ? '' : ' and the same search'}, as a sweep of its own. Trials with the same recipe and seed are linked, not trained again.</p>
        {sweep.search !== null && <TextField label="Seed of the search" hint="Another one proposes other configurations" placeholder={String(sweep.search.seed)} value={seed} error={isSeed ? undefined : 'A whole number.'} onChange={(event) => setSeed(event.target.value)} />}
        {clone.isError && <ErrorNote error={clone.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          {sweep.search !== null && <Button title="The same search with a wider space, which learns from the results of this one" onClick={() => router.push(`/sweeps/new?from=${sweep.id}`)}>Widen the space</Button>}
          <Button onClick={() => router.push(`/sweeps/new?like=${sweep.id}`)}>Change it first</Button>
          <Button type="submit" look="primary" disabled={clone.isPending || !isSeed}>{clone.isPending ? 'Launching…' : 'Launch the copy'}</Button>
        </div>
      </form>
    </Dialog>
  )
}

/** Everything that can be done with a sweep in its state by who looks at it: other people's can only be cloned. What destroys work asks first. */
export function SweepActions({ sweep }: { sweep: SweepView }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const [open, setOpen] = useState<'cancel' | 'clone' | 'extend' | null>(null)
  const me = useQuery(trpc.person.me.queryOptions())
  const mayChange = me.data === undefined || me.data.administrator || me.data.name === sweep.launchedBy
  const onSuccess = () => queryClient.invalidateQueries(trpc.sweep.pathFilter())
  const pause = useMutation(trpc.sweep.pause.mutationOptions({ onSuccess }))
  const resume = useMutation(trpc.sweep.resume.mutationOptions({ onSuccess }))
  const retry = useMutation(trpc.sweep.retry.mutationOptions({ onSuccess }))
  const failure = pause.error ?? resume.error ?? retry.error
  const { id, state, counts } = sweep
  const busy = pause.isPending || resume.isPending || retry.isPending
  return (
    <>
      {failure !== null && <ErrorNote error={failure} />}
      {mayChange && canSweepTransition(state, 'paused') && <Button disabled={busy} onClick={() => pause.mutate({ id })}><Pause aria-hidden size={15} /> Pause</Button>}
      {mayChange && (state === 'paused' || state === 'cancelled') && <Button look="primary" disabled={busy} onClick={() => resume.mutate({ id })}><Play aria-hidden size={15} /> Resume</Button>}
      {mayChange && counts.failed > 0 && state !== 'cancelled' && <Button disabled={busy} onClick={() => retry.mutate({ id })}><RotateCw aria-hidden size={15} /> Retry {counts.failed === 1 ? 'the failed one' : `${counts.failed} failed`}</Button>}
      {mayChange && state !== 'cancelled' && <Button onClick={() => setOpen('extend')}><Plus aria-hidden size={15} /> Extend</Button>}
      <Button title={mayChange ? undefined : `Only ${sweep.launchedBy} and administrators may change this sweep; a copy of it is yours.`} onClick={() => setOpen('clone')}><Copy aria-hidden size={15} /> Clone</Button>
      {mayChange && canSweepTransition(state, 'cancelled') && <Button look="danger" onClick={() => setOpen('cancel')}><Ban aria-hidden size={15} /> Cancel what is left</Button>}
      {open === 'cancel' && <CancelDialog sweep={sweep} onClose={() => setOpen(null)} />}
      {open === 'clone' && <CloneDialog sweep={sweep} onClose={() => setOpen(null)} />}
      {open === 'extend' && <ExtendDialog sweep={sweep} onClose={() => setOpen(null)} />}
    </>
  )
}
