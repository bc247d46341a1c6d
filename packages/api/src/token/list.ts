import type { TokenView } from '@graft/contracts/views'
import { administratorProcedure } from '../trpc.ts'

/** Tokens, without what is secret of them; the newest first. */
export const list = administratorProcedure.query(async ({ ctx: { server } }): Promise<TokenView[]> => {
  const rows = await server.db.apiToken.findMany({ orderBy: { createdAt: 'desc' }, include: { person: true } })
  return rows.map(({ id, kind, name, person, createdAt, lastUsedAt, revokedAt }) => ({ id, kind, name, person: person?.name ?? null, createdAt, lastUsedAt, revokedAt }))
})
