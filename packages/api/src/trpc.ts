import { GraftError, isGraftError } from '@graft/contracts/errors'
import { initTRPC, TRPCError } from '@trpc/server'
import { ZodError } from 'zod'
import { beginAudit, endAudit } from './auth/audit.ts'
import type { Caller } from './auth/caller.ts'
import { requireCaller } from './auth/require-caller.ts'
import type { RequestContext } from './context.ts'
import { transformer } from './transformer.ts'
import { reportError, transportErrors } from './transport-errors.ts'

const trpc = initTRPC.context<RequestContext>().create({
  transformer,
  sse: { ping: { enabled: true, intervalMs: 5000 }, client: { reconnectAfterInactivityMs: 15_000 } },
  // `data.report` is the ErrorReport; stacks stay on the server.
  errorFormatter({ shape, error }) {
    const report = reportError(originOf(error))
    return { ...shape, message: report.message, data: { code: shape.data.code, httpStatus: shape.data.httpStatus, path: shape.data.path, report } }
  },
})

/** What went wrong: our own error or the input's, else tRPC's refusal (no such procedure, a body that is no JSON) in our words. */
function originOf(error: TRPCError): unknown {
  const { cause } = error
  if (isGraftError(cause) || cause instanceof ZodError) return cause
  if (error.code === 'NOT_FOUND') return new GraftError('not_found', error.message, { hint: 'Are client and server of one version?' })
  if (error.code === 'UNSUPPORTED_MEDIA_TYPE') return new GraftError('unsupported', 'The request’s body is not JSON.', { hint: 'Send it with `Content-Type: application/json`.' })
  if (error.code === 'METHOD_NOT_SUPPORTED' || error.code === 'BAD_REQUEST' || error.code === 'PARSE_ERROR') return new GraftError('invalid_input', `The request cannot be read: ${error.message}`, { cause })
  return cause ?? error
}

/** Gives every error its transport code by the one table. */
const withTransportErrors = trpc.middleware(async ({ next, path }) => {
  const result = await next()
  if (result.ok) return result
  const cause = originOf(result.error)
  const report = reportError(cause)
  if (report.code === 'internal') console.error(`${path}:`, cause)
  throw new TRPCError({ code: transportErrors[report.code].trpc, message: report.message, cause })
})

const procedureFor = <Kind extends Caller['kind']>(...kinds: readonly Kind[]) =>
  trpc.procedure.use(withTransportErrors).use(({ ctx, next }) => next({ ctx: { ...ctx, caller: requireCaller(ctx.caller, ...kinds) } }))

/** Records what people change: each mutation, whoever adds it. */
const withAudit = trpc.middleware(async ({ ctx: { server, caller }, path, type, getRawInput, next }) => {
  if (type !== 'mutation' || caller?.kind !== 'user') return next()
  const entry = await beginAudit(server.db, caller, path, await getRawInput())
  const result = await next()
  await endAudit(server.db, entry, result.ok ? { answer: result.data } : { error: originOf(result.error) })
  return result
})

/** For people: token, session, or this machine's own browser. There is no procedure without one of the four. */
export const userProcedure = procedureFor('user').use(withAudit)
/** For those of them who may make people and tokens and control workers. */
export const administratorProcedure = userProcedure.use(({ ctx, next }) => {
  if (ctx.caller.administrator) return next()
  throw new GraftError('forbidden', 'Only an administrator may do this.', { hint: 'Ask one of them: `graft people list` shows who they are.' })
})
/** For workers: a worker token. */
export const workerProcedure = procedureFor('worker')
/** For both. */
export const anyCallerProcedure = procedureFor('user', 'worker')
export const router = trpc.router
