import type { Caller } from '../auth/caller.ts'
import { credentialsOf } from '../auth/caller.ts'
import { requireCaller } from '../auth/require-caller.ts'
import { createContext } from '../context.ts'
import type { ServerContext } from '../server-context.ts'
import { errorResponse } from '../transport-errors.ts'

/** A plain HTTP handler, of no framework: apps/web mounts it as a route. `Parameters` are the parts of the path. */
export type HttpHandler<Parameters> = (server: ServerContext, request: Request, parameters: Parameters) => Promise<Response>

/** A handler that only these callers reach; whatever it throws is answered by the one table of errors. */
export function handlerFor<Parameters>(kinds: readonly Caller['kind'][], handle: HttpHandler<Parameters>): HttpHandler<Parameters> {
  return async (server, request, parameters) => {
    try {
      const { caller } = await createContext(server, credentialsOf(request))
      requireCaller(caller, ...kinds)
      return await handle(server, request, parameters)
    } catch (error) {
      return errorResponse(error)
    }
  }
}
