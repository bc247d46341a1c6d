'use client'
import type { MemoryForecast, SweepRequest } from '@graft/contracts/sweep'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '../../trpc/client.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { MemoryForecastView } from './memory-forecast.tsx'

/** The planner's word on what is about to be launched, and the way to ask a worker for it. What comes is in the next estimate. */
export function TrainingPlans({ request, memory }: { request: SweepRequest; memory: MemoryForecast }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const plan = useMutation(trpc.sweep.plan.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.sweep.estimate.pathFilter()) }))
  return (
    <>
      <MemoryForecastView memory={memory} onAsk={() => plan.mutate(request)} isAsking={plan.isPending} />
      {plan.isError && <ErrorNote error={plan.error} />}
    </>
  )
}
