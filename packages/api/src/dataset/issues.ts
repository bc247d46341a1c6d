import { importIssueKindSchema, type ImportIssueKind } from '@graft/contracts/dataset'
import type { IssuePage } from '@graft/contracts/views'
import { z } from 'zod'
import { pageInput, pageRange, toPage } from '../page.ts'
import { userProcedure } from '../trpc.ts'
import { requireFingerprint } from './find-version.ts'

/** What the import of a version found, in the order of its report. */
export const issues = userProcedure.input(pageInput.extend({ version: z.string(), kind: importIssueKindSchema.optional() })).query(async ({ ctx: { server }, input }): Promise<IssuePage> => {
  const { id: versionId } = await requireFingerprint(server.db, input.version)
  const where = { versionId, ...(input.kind === undefined ? {} : { kind: input.kind }) }
  const range = pageRange(input)
  const [rows, total] = await Promise.all([server.db.importIssue.findMany({ where, orderBy: { id: 'asc' }, ...range }), server.db.importIssue.count({ where })])
  return toPage(rows.map(({ kind, path, reason, related }) => ({ kind: kind as ImportIssueKind, path, reason, related })), total, range)
})
