'use client'
import type { MetricPoint } from '@graft/contracts/trial'
import { useSubscription } from '@trpc/tanstack-react-query'
import { useMemo, useState } from 'react'
import { useTRPC } from '../../trpc/client.tsx'
import { mergePoints } from './curve-points.ts'

/** A trial's metrics: those known with its page, and those that come while it is not over. A new attempt starts over. */
export function useLiveMetrics(trialId: string, attempt: number, known: readonly MetricPoint[], live: boolean): MetricPoint[] {
  const trpc = useTRPC()
  const [heard, setHeard] = useState<{ attempt: number; points: MetricPoint[] }>({ attempt, points: [] })
  useSubscription(
    trpc.trial.onMetrics.subscriptionOptions(
      { id: trialId },
      {
        enabled: live,
        onData: ({ data }) => setHeard((before) => ({ attempt, points: mergePoints(before.attempt === attempt ? before.points : [], data) })),
      },
    ),
  )
  return useMemo(() => (live && heard.attempt === attempt ? mergePoints(known, heard.points) : [...known]), [live, heard, attempt, known])
}
