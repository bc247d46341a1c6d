import { createContext } from '@graft/api/context'
import { appRouter, type AppRouter } from '@graft/api/router'
import { dehydrate, HydrationBoundary, type QueryClient } from '@tanstack/react-query'
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from '@trpc/tanstack-react-query'
import { headers } from 'next/headers'
import { cache, type ReactNode } from 'react'
import { createQueryClient } from '../trpc/query-client.ts'
import { server } from './server.ts'

/** A page does not wait longer than this for its data: the browser asks then. */
const patienceMilliseconds = 1500

type Prefetch = (trpc: TRPCOptionsProxy<AppRouter>, queryClient: QueryClient) => Promise<void>[]

/** The context of who asks for this page; found out once a page. */
const pageContext = cache(async () => {
  const header = await headers()
  return createContext(server(), {
    method: 'GET',
    authorization: null,
    cookie: header.get('cookie'),
    host: header.get('host'),
    origin: header.get('origin'),
    fetchSite: header.get('sec-fetch-site'),
  })
})

async function fetchAll(queries: Prefetch, queryClient: QueryClient): Promise<void> {
  const context = await pageContext()
  const trpc = createTRPCOptionsProxy<AppRouter>({ router: appRouter, ctx: context, queryClient })
  await Promise.all(queries(trpc, queryClient))
}

/** A page's title out of its data, under the caller's own rights; `otherwise` where there is none to be had. */
export async function pageTitle(read: (caller: ReturnType<typeof appRouter.createCaller>) => Promise<string>, otherwise: string): Promise<{ title: string }> {
  const title = await pageContext()
    .then((context) => read(appRouter.createCaller(context)))
    .catch(() => otherwise)
  return { title }
}

/**
 * Sends a page with the answers to its first queries, so that it shows data before its scripts run. The caller's own rights
 * hold. What fails or takes too long is left to the browser, which shows why.
 */
export async function Prefetched({ queries, children }: { queries: Prefetch; children: ReactNode }) {
  const queryClient = createQueryClient()
  const patience = new Promise<void>((resolve) => setTimeout(resolve, patienceMilliseconds).unref())
  await Promise.race([fetchAll(queries, queryClient).catch(() => {}), patience])
  return <HydrationBoundary state={dehydrate(queryClient)}>{children}</HydrationBoundary>
}
