import type { ParsedSweepRequest } from '@graft/contracts/sweep'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { findSweep } from './lock-sweep.ts'
import { sweepRequest } from './sweep-request.ts'

/** What to ask for to get a sweep like this one: for a file, or for the launch form. */
export const request = userProcedure.input(z.object({ id: z.string() })).query(async ({ ctx: { server }, input }): Promise<ParsedSweepRequest> => sweepRequest(await findSweep(server.db, input.id)))
