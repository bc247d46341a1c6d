import { TRPCError } from '@trpc/server'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { credentialsOf } from '../auth/caller.ts'
import { createContext } from '../context.ts'
import { appRouter } from '../router.ts'
import type { ServerContext } from '../server-context.ts'
import { reportError, transportErrors } from '../transport-errors.ts'
import { limitBody, refuseDeclaredLength } from './request-body.ts'

/** What people send is short. */
const largestUserBody = 4_000_000
/** A worker tells the manifest of 100,000 images, or as many predictions. */
const largestWorkerBody = 256_000_000

/** The procedures under /api/trpc: queries, mutations, and subscriptions as server-sent events. */
export async function handleTrpc(server: ServerContext, request: Request): Promise<Response> {
  const isWorker = request.headers.get('authorization')?.includes('graft_w_') ?? false // a forged one is refused before its body is read
  const limit = isWorker ? largestWorkerBody : largestUserBody
  const response = await fetchRequestHandler({
    endpoint: '/api/trpc',
    req: limitBody(request, limit),
    router: appRouter,
    async createContext() {
      try {
        const context = await createContext(server, credentialsOf(request))
        refuseDeclaredLength(request, limit)
        return context
      } catch (cause) {
        const report = reportError(cause)
        throw new TRPCError({ code: transportErrors[report.code].trpc, message: report.message, cause: cause as Error })
      }
    },
  })
  response.headers.set('cache-control', 'no-store')
  response.headers.set('x-content-type-options', 'nosniff')
  response.headers.set('x-accel-buffering', 'no') // proxies pass events on at once
  return response
}
