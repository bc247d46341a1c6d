import { randomUUID } from 'node:crypto'
import { exportFormatsSchema, trialSummarySchema } from '@graft/contracts/trial'
import { enqueue } from '@graft/queue/enqueue'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { findFinishedTrial, toTrainedModel } from './trial-rows.ts'

/** Has the trained model written in the formats asked for, with labels and model card; they join the trial's artifacts. One of the same formats under way is answered again. */
export const exportTrial = userProcedure.input(z.object({ id: z.string(), formats: exportFormatsSchema.default(['onnx']) })).mutation(async ({ ctx: { server, caller }, input }): Promise<{ jobId: string }> =>
  server.db.$transaction(async (tx) => {
    const row = await findFinishedTrial(tx, input.id)
    const pending = await tx.job.findMany({ where: { kind: 'export', subjectId: row.id, state: { in: ['queued', 'running'] } } })
    const same = pending.find(({ payload: other }) => (other as unknown as { formats?: string[] }).formats?.join() === input.formats.join())
    if (same !== undefined) return { jobId: same.id }
    const jobId = randomUUID()
    const payload = { kind: 'export' as const, trained: await toTrainedModel(tx, row), manifest: row.version.manifestSha256, summary: trialSummarySchema.parse(row.summary), formats: input.formats }
    await enqueue(tx, [{ personId: caller.personId, id: jobId, title: `Export of ${row.job.title}`, topic: 'trial', subjectId: row.id, payload }])
    return { jobId }
  }),
)
