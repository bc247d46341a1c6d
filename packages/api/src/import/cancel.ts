import type { ImportView } from '@graft/contracts/views'
import { notifyChange } from '@graft/db/notifications'
import { cancelJobs } from '@graft/queue/cancel'
import { z } from 'zod'
import { requireOwner } from '../auth/require-owner.ts'
import { userProcedure } from '../trpc.ts'
import { viewImport } from './view.ts'

/** Stops an import, whether it still uploads, waits or runs. One that has ended stays as it is. */
export const cancel = userProcedure.input(z.object({ importId: z.string() })).mutation(async ({ ctx: { server, caller }, input: { importId } }): Promise<ImportView> => {
  await server.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM "Import" WHERE id = ${importId} FOR UPDATE`
    const row = await tx.import.findUnique({ where: { id: importId }, include: { job: { select: { personId: true } } } })
    if (row?.job) await requireOwner(tx, caller, row.job.personId, `The import of “${row.name}”`)
    if (row?.jobId) await cancelJobs(tx, [row.jobId])
    else if (row !== null && row.cancelledAt === null) {
      await tx.$executeRaw`UPDATE "Import" SET "cancelledAt" = clock_timestamp() WHERE id = ${importId}`
      await notifyChange(tx, { topic: 'import', id: importId })
    }
  })
  return viewImport(server.db, importId)
})
