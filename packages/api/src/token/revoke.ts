import { GraftError } from '@graft/contracts/errors'
import { notifyAccess } from '@graft/db/notifications'
import { z } from 'zod'
import { administratorProcedure } from '../trpc.ts'

/** Ends a token, and the browsers that signed in with it. Revoking it again changes nothing. @throws GraftError `not_found`. */
export const revoke = administratorProcedure.input(z.object({ id: z.string() })).mutation(async ({ ctx: { server }, input: { id } }): Promise<{ id: string }> => {
  const token = await server.db.apiToken.findUnique({ where: { id } })
  if (token === null) throw new GraftError('not_found', `There is no token ${id.slice(0, 40)}.`, { hint: '`graft tokens list` shows what there is.', field: 'id' })
  await server.db.$executeRaw`UPDATE "ApiToken" SET "revokedAt" = clock_timestamp() WHERE id = ${id} AND "revokedAt" IS NULL`
  await server.db.session.deleteMany({ where: { tokenId: id } })
  server.callers.forget()
  await notifyAccess(server.db)
  return { id }
})
