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
      <div className="flex items-start gap-4">
        <div className="min-w-0 flex-1">
          <Link href={`/trials/${id}`} className="font-medium hover:underline">
            {name}
          </Link>
          <p className="text-sm wrap-anywhere text-danger">{error?.message ?? 'No reason was given.'}</p>
          {error?.hint !== undefined && <p className="mt-0.5 text-xs wrap-anywhere text-muted">{error.hint}</p>}
        </div>
        <Button size="small" disabled={retry.isPending} onClick={() => retry.mutate({ id })} aria-label={`Retry ${name}`}>
          <RotateCw aria-hidden size={13} /> Retry
        </Button>
      </div>
      {retry.isError && (
        <div className="mt-2">
          <ErrorNote error={retry.error} />
        </div>
      )}
    </li>
  )
}
