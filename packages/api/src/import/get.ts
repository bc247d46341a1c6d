import type { ImportView } from '@graft/contracts/views'
import { atOneMoment } from '@graft/db/at-one-moment'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { viewImport } from './view.ts'

/** How far an import is and what came of it. */
export const get = userProcedure.input(z.object({ importId: z.string() })).query(({ ctx: { server }, input }): Promise<ImportView> => atOneMoment(server.db, (tx) => viewImport(tx, input.importId)))
