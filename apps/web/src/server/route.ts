import type { HttpHandler } from '@graft/api/http/handler'
import { server } from './server.ts'

/** A handler of the API as a route handler of Next. */
export function route<Parameters>(handle: HttpHandler<Parameters>) {
  return async (request: Request, { params }: { params: Promise<Parameters> }): Promise<Response> => handle(server(), request, await params)
}
