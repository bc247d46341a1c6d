import { importRequestSchema } from '@graft/contracts/dataset'
import { notifyChange } from '@graft/db/notifications'
import { z } from 'zod'
import { defaultProjectId } from '../default-project.ts'
import { userProcedure } from '../trpc.ts'

/** Opens an import: files or an archive are uploaded to it next, then it is started. A dataset of that name gets a new version. */
export const create = userProcedure.input(importRequestSchema.extend({ source: z.enum(['zip', 'files']) })).mutation(async ({ ctx: { server }, input }): Promise<{ importId: string }> => {
  const { id } = await server.db.import.create({ data: { projectId: defaultProjectId, ...input } })
  await notifyChange(server.db, { topic: 'import', id })
  return { importId: id }
})
