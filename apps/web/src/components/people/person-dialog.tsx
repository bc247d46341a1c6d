'use client'
import type { PersonView } from '@graft/contracts/views'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { readFailure } from '../../failure/read-failure.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { TextField } from '../ui/field.tsx'

const readQuota = (text: string): number | null => (text.trim() === '' ? null : Number(text))
const isQuota = (text: string): boolean => text.trim() === '' || (/^\d+$/.test(text.trim()) && Number(text) <= 1_000_000)
const quotaError = 'A whole number, or nothing for no limit.'

/** A new person, or what is said of one that is there. */
export function PersonDialog({ person, onClose }: { person: PersonView | null; onClose: () => void }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const [name, setName] = useState(person?.name ?? '')
  const [weight, setWeight] = useState(String(person?.weight ?? 1))
  const [running, setRunning] = useState(String(person?.maximumRunning ?? ''))
  const [queued, setQueued] = useState(String(person?.maximumQueued ?? ''))
  const [administrator, setAdministrator] = useState(person?.administrator ?? false)
  const onSuccess = () => {
    void queryClient.invalidateQueries(trpc.person.pathFilter())
    onClose()
  }
  const add = useMutation(trpc.person.add.mutationOptions({ onSuccess }))
  const set = useMutation(trpc.person.set.mutationOptions({ onSuccess }))
  const failure = add.error ?? set.error
  const field = failure === null ? undefined : readFailure(failure).field
  const isWeight = Number(weight) > 0 && Number(weight) <= 1000
  const isRight = name.trim() !== '' && isWeight && isQuota(running) && isQuota(queued)
  return (
    <Dialog title={person === null ? 'New person' : `Change ${person.name}`} onClose={onClose}>
      <form
        className="space-y-4 p-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isRight) return
          const input = { name: name.trim(), weight: Number(weight), maximumRunning: readQuota(running), maximumQueued: readQuota(queued), administrator }
          if (person === null) add.mutate(input)
          else set.mutate(input)
        }}
      >
        {person === null && <TextField label="Name" value={name} error={field === 'name' ? readFailure(failure).message : undefined} onChange={(event) => setName(event.target.value)} />}
        <TextField label="Weight" hint="Share of the workers, relative to other people’s" inputMode="decimal" value={weight} error={isWeight ? undefined : 'A number above 0, at most 1000.'} onChange={(event) => setWeight(event.target.value)} />
        <div className="grid grid-cols-2 gap-3">
          <TextField label="Running at most" placeholder="no limit" inputMode="numeric" value={running} error={isQuota(running) ? undefined : quotaError} onChange={(event) => setRunning(event.target.value)} />
          <TextField label="Waiting at most" placeholder="no limit" inputMode="numeric" value={queued} error={isQuota(queued) ? undefined : quotaError} onChange={(event) => setQueued(event.target.value)} />
        </div>
        <label className="flex min-h-9 items-center gap-2 text-sm">
          <input type="checkbox" className="size-4 accent-accent" checked={administrator} onChange={(event) => setAdministrator(event.target.checked)} /> Administrator: may change people, tokens and workers
        </label>
        {failure !== null && field !== 'name' && <ErrorNote error={failure} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Close</Button>
          <Button type="submit" look="primary" disabled={!isRight || add.isPending || set.isPending}>{person === null ? 'Add' : 'Save'}</Button>
        </div>
      </form>
    </Dialog>
  )
}
