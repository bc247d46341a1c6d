'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'
import { useTRPC } from '../trpc/client.tsx'
import { createChangeGatherer } from './change-gatherer.ts'

export type LiveState = 'connecting' | 'live' | 'broken'
const LiveStateContext = createContext<LiveState>('connecting')
export const useLiveState = (): LiveState => useContext(LiveStateContext)

/** The one live subscription of the dashboard: each change marks the queries that show it stale, and pages fetch what they show. */
export function LiveUpdates({ children }: { children: ReactNode }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const [gatherer] = useState(() => createChangeGatherer(queryClient))
  useEffect(() => () => gatherer.stop(), [gatherer])
  const { status, error } = useSubscription(
    trpc.events.onChange.subscriptionOptions(
      {},
      {
        onStarted: () => gatherer.started(),
        onConnectionStateChange: (change) => {
          if (change.state === 'connecting' && change.error) gatherer.broke()
        },
        onData: ({ data }) => gatherer.hear(data),
      },
    ),
  )
  const broken = status === 'error' || (status === 'connecting' && Boolean(error))
  const state: LiveState = status === 'pending' ? 'live' : broken ? 'broken' : 'connecting'
  return <LiveStateContext value={state}>{children}</LiveStateContext>
}
