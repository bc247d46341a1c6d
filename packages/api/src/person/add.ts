import { GraftError } from '@graft/contracts/errors'
import type { PersonView } from '@graft/contracts/views'
import { z } from 'zod'
import { administratorProcedure } from '../trpc.ts'
import { personFields, personName } from './person-input.ts'
import { viewPeople } from './view-people.ts'

/** Makes a person. They can do nothing before they are given a token. @throws GraftError `conflict` for a name that is taken. */
export const add = administratorProcedure.input(z.strictObject({ name: personName, ...personFields })).mutation(async ({ ctx: { server }, input }): Promise<PersonView> => {
  const taken = await server.db.person.findUnique({ where: { name: input.name } })
  if (taken !== null) throw new GraftError('conflict', `There is a person “${input.name}” already.`, { hint: 'Change them with `graft people set`, or choose another name.', field: 'name' })
  const data = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as typeof input
  const { id } = await server.db.person.create({ data: data as { name: string } })
  return (await viewPeople(server.db, { id }))[0]!
})
