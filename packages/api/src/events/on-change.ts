import { tracked } from '@trpc/server'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'

/** Everything that changes, in one stream for a whole page. */
export const onChange = userProcedure.input(z.object({ lastEventId: z.string().max(100).nullish() }).optional()).subscription(async function* ({ ctx: { server }, input, signal }) {
  for await (const { id, event } of server.changes.read(input?.lastEventId, signal)) yield tracked(id, event)
})
