import { authenticate } from './auth/authenticate.ts'
import type { Caller, Credentials } from './auth/caller.ts'
import type { ServerContext } from './server-context.ts'

/** What a procedure gets: the server's parts and who asks. */
export interface RequestContext {
  server: ServerContext
  caller: Caller | null
}

/** @throws GraftError `unauthorized` for a wrong token. */
export async function createContext(server: ServerContext, credentials: Credentials): Promise<RequestContext> {
  return { server, caller: await authenticate(server, credentials) }
}
