import { GraftError, type ErrorReport } from '@graft/contracts/errors'
import type { JobProgress } from '@graft/contracts/job'
import type { JobState } from '@graft/contracts/trial'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { jobError, jobProgress } from './job-fields.ts'

/** State of any job, for instance an export. */
export const get = userProcedure.input(z.object({ id: z.string() })).query(async ({ ctx: { server }, input }): Promise<{ state: JobState; progress: JobProgress | null; error: ErrorReport | null }> => {
  const job = await server.db.job.findUnique({ where: { id: input.id } })
  if (job === null) throw new GraftError('not_found', `There is no job ${input.id.slice(0, 40)}.`, { field: 'id' })
  return { state: job.state, progress: jobProgress(job), error: jobError(job) }
})
