import { nameSchema } from '@graft/contracts/identifier'
import { z } from 'zod'
import { ensureApiToken } from '../auth/tokens.ts'
import { findPerson } from '../person/find-person.ts'
import { administratorProcedure } from '../trpc.ts'

const input = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), name: nameSchema, person: z.string() }),
  z.strictObject({ kind: z.literal('worker'), name: nameSchema }),
])

/** Makes a token of a person, or one for workers. This answer is the only time that it is told: the server keeps its hash. */
export const add = administratorProcedure.input(input).mutation(async ({ ctx: { server }, input: wanted }): Promise<{ token: string }> => {
  const { kind, name } = wanted
  if (kind === 'worker') return { token: await ensureApiToken(server.db, { kind, name }) }
  const { id } = await findPerson(server.db, wanted.person, 'person')
  return { token: await ensureApiToken(server.db, { kind, name, personId: id }) }
})
