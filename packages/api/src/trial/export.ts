import { randomUUID } from 'node:crypto'
import { trialSummarySchema } from '@graft/contracts/trial'
import { enqueue } from '@graft/queue/enqueue'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { findFinishedTrial, toTrainedModel } from './trial-rows.ts'

/** Has the trained model written as ONNX with labels and model card; they join the trial's artifacts. One under way is answered again. */
export const exportTrial = userProcedure.input(z.object({ id: z.string() })).mutation(async ({ ctx: { server }, input }): Promise<{ jobId: string }> =>
  server.db.$transaction(async (tx) => {
    const row = await findFinishedTrial(tx, input.id)
    const pending = await tx.job.findFirst({ where: { kind: 'export', subjectId: row.id, state: { in: ['queued', 'running'] } } })
    if (pending !== null) return { jobId: pending.id }
    const jobId = randomUUID()
    const payload = { kind: 'export' as const, trained: await toTrainedModel(tx, row), manifest: row.version.manifestSha256, summary: trialSummarySchema.parse(row.summary) }
    await enqueue(tx, [{ id: jobId, title: `Export of ${row.job.title}`, topic: 'trial', subjectId: row.id, payload }])
    return { jobId }
  }),
)
