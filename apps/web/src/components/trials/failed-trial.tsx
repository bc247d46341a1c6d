'use client'
import type { ErrorReport } from '@graft/contracts/errors'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import Link from 'next/link'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/error-state.tsx'

/** A trial that failed: its name as a link to it, why, what to do about it, and another go. */
export function FailedTrial({ id, name, error }: { id: string; name: string; error: ErrorReport | null }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const retry = useMutation(trpc.trial.retry.mutationOptions({ onSuccess: () => Promise.all([trpc.sweep, trpc.leaderboard, trpc.trial].map((router) => queryClient.invalidateQueries(router.pathFilter()))) }))
  return (
    <li className="px-4 py-3">
      <div className="flex items-center justify-between gap-4">
        <Link href={`/trials/${id}`} className="min-w-0 font-medium wrap-anywhere hover:underline">
          {name}
        </Link>
        <Button size="small" disabled={retry.isPending} onClick={() => retry.mutate({ id })} aria-label={`Retry ${name}`}>
          <RotateCw aria-hidden size={13} /> Retry
        </Button>
      </div>
      <p className="mt-1 text-sm wrap-anywhere text-danger">{error?.message ?? 'No reason was given.'}</p>
      {error?.hint !== undefined && <p className="mt-1 text-xs wrap-anywhere text-muted">{error.hint}</p>}
      {retry.isError && (
        <div className="mt-2">
          <ErrorNote error={retry.error} />
        </div>
      )}
    </li>
  )
}
