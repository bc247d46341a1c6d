import { nameSchema, seedSchema } from '@graft/contracts/identifier'
import { sweepRequestSchema } from '@graft/contracts/sweep'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { launchSweep, type CreatedSweep } from './launch-sweep.ts'
import { findSweep } from './lock-sweep.ts'
import { sweepRequest } from './sweep-request.ts'

/** Launches a sweep like another one. With another `seed` a search proposes other configurations; without, trials that are there are linked. */
export const clone = userProcedure.input(z.object({ id: z.string(), name: nameSchema.optional(), seed: seedSchema.optional() })).mutation(async ({ ctx: { server, caller }, input }): Promise<CreatedSweep> =>
  server.db.$transaction(
    async (tx) => {
      const like = sweepRequest(await findSweep(tx, input.id))
      const name = input.name ?? `${like.name} (copy)`.slice(-100)
      const search = like.search === undefined ? {} : { search: { ...like.search, seed: input.seed ?? like.search.seed } }
      return launchSweep(tx, caller.personId, sweepRequestSchema.parse({ ...like, name, ...search }))
    },
    { timeout: 300_000 },
  ),
)
