'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '../../trpc/client.tsx'
import { ErrorNote } from '../ui/error-state.tsx'

const usual: readonly { value: number; text: string }[] = [
  { value: 50, text: 'high' },
  { value: 0, text: 'normal' },
  { value: -50, text: 'low' },
]

/** Steps of priority, and the one that holds where it is none of them. */
export const priorityOptions = (priority: number) => (usual.some(({ value }) => value === priority) ? usual : [...usual, { value: priority, text: String(priority) }])

/** The priority of a sweep, changed at once. */
export function PriorityField({ id, priority }: { id: string; priority: number }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const set = useMutation(trpc.sweep.setPriority.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.sweep.pathFilter()) }))
  return (
    <>
      <label className="flex items-center gap-2 text-xs text-muted">
        Priority
        <select value={priority} disabled={set.isPending} onChange={(event) => set.mutate({ id, priority: Number(event.target.value) })} className="h-7.5 rounded-md border bg-raised px-2 text-xs text-ink">
          {priorityOptions(priority).map(({ value, text }) => <option key={value} value={value}>{text}</option>)}
        </select>
      </label>
      {set.isError && <ErrorNote error={set.error} />}
    </>
  )
}
