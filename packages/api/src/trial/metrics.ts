import type { MetricName, MetricPoint } from '@graft/contracts/trial'
import type { DatabaseOrTransaction } from '@graft/db/client'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { findTrial } from './trial-rows.ts'

/** All metrics of a trial by step. */
export async function readMetrics(db: DatabaseOrTransaction, trialId: string): Promise<MetricPoint[]> {
  const rows = await db.epochMetric.findMany({ where: { trialId }, orderBy: [{ step: 'asc' }, { name: 'asc' }] })
  return rows.map(({ step, name, value }) => ({ step, name: name as MetricName, value }))
}

export const metrics = userProcedure.input(z.object({ id: z.string() })).query(async ({ ctx: { server }, input }): Promise<MetricPoint[]> => {
  await findTrial(server.db, input.id)
  return readMetrics(server.db, input.id)
})
