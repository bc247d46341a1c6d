import type { Page, SweepSummary } from '@graft/contracts/views'
import { pageInput, pageRange, toPage } from '../page.ts'
import { userProcedure } from '../trpc.ts'
import { summarizeSweeps, sweepInclude } from './view.ts'

/** Sweeps, newest first. */
export const list = userProcedure.input(pageInput.prefault({})).query(async ({ ctx: { server }, input }): Promise<Page<SweepSummary>> => {
  const range = pageRange(input)
  const [rows, total] = await Promise.all([server.db.sweep.findMany({ include: sweepInclude, orderBy: [{ createdAt: 'desc' }, { id: 'asc' }], ...range }), server.db.sweep.count()])
  return toPage(await summarizeSweeps(server.db, rows), total, range)
})
