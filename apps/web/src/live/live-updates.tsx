'use client'
import type { ChangeEvent } from '@graft/contracts/views'
import { useQueryClient } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { createContext, useCallback, useContext, useEffect, useRef, type ReactNode } from 'react'
import { useTRPC } from '../trpc/client.tsx'
import { staleQueriesOf, type StaleQuery } from './stale-queries.ts'

export type LiveState = 'connecting' | 'live' | 'broken'
const LiveStateContext = createContext<LiveState>('connecting')
export const useLiveState = (): LiveState => useContext(LiveStateContext)

/** Changes come in bursts (an epoch, its progress, its sweep): they are gathered this long before pages ask again. */
const gatherMilliseconds = 250

/** Whether a tRPC query key ([path, { input }]) is meant. */
function isMeant(key: readonly unknown[], query: StaleQuery): boolean {
  const [path, options] = key as [readonly string[] | undefined, { input?: { id?: unknown; importId?: unknown } } | undefined]
  if (!Array.isArray(path) || !query.path.every((part, index) => path[index] === part)) return false
  if (query.id === undefined) return true
  return options?.input?.id === query.id || options?.input?.importId === query.id
}

/** The one live subscription of the dashboard: each change marks the queries that show it stale, and pages fetch what they show. */
export function LiveUpdates({ children }: { children: ReactNode }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const gathered = useRef<ChangeEvent[]>([])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  const flush = useCallback(() => {
    timer.current = undefined
    const stale = staleQueriesOf(gathered.current.splice(0))
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => stale.some((query) => isMeant(queryKey, query)) })
  }, [queryClient])

  const wasBroken = useRef(false)
  const subscription = useSubscription(
    trpc.events.onChange.subscriptionOptions(
      {},
      {
        onStarted: () => {
          // What happened while nobody listened is unknown: ask for everything again.
          if (wasBroken.current) void queryClient.invalidateQueries()
          wasBroken.current = false
        },
        onConnectionStateChange: ({ state, error }) => {
          if (state === 'connecting' && error) wasBroken.current = true
        },
        onData: ({ data }) => {
          gathered.current.push(data)
          timer.current ??= setTimeout(flush, gatherMilliseconds)
        },
      },
    ),
  )
  const broken = subscription.status === 'error' || (subscription.status === 'connecting' && Boolean(subscription.error))
  const state: LiveState = subscription.status === 'pending' ? 'live' : broken ? 'broken' : 'connecting'
  return <LiveStateContext value={state}>{children}</LiveStateContext>
}
