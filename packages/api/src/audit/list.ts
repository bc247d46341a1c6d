import type { AuditView } from '@graft/contracts/views'
import { z } from 'zod'
import { administratorProcedure } from '../trpc.ts'

const input = z.object({ before: z.string().regex(/^\d+$/).optional(), limit: z.number().int().min(1).max(500).default(100) }).default({ limit: 100 })

/** Changes that people made, the newest first; `before` is the id of the last one of the page before. */
export const list = administratorProcedure.input(input).query(async ({ ctx: { server }, input: { before, limit } }): Promise<AuditView[]> => {
  const rows = await server.db.auditEntry.findMany({ where: before === undefined ? {} : { id: { lt: BigInt(before) } }, orderBy: { id: 'desc' }, take: limit, include: { person: true } })
  return rows.map(({ id, at, person, action, topic, subjectId, outcome, details }) => ({ id: String(id), at, person: person.name, action, topic, subjectId, outcome, details: details as AuditView['details'] }))
})
