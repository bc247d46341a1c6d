import { GraftError } from '@graft/contracts/errors'
import type { PersonView } from '@graft/contracts/views'
import type { Prisma } from '@graft/db/generated/client'
import { notifyAccess } from '@graft/db/notifications'
import { z } from 'zod'
import { administratorProcedure } from '../trpc.ts'
import { findPerson } from './find-person.ts'
import { personFields, personName } from './person-input.ts'
import { viewPeople } from './view-people.ts'

/** Changes a person's weight, quotas or rights; what is not given stays. It counts from the next claim or launch on. */
export const set = administratorProcedure.input(z.strictObject({ name: personName, ...personFields })).mutation(async ({ ctx: { server }, input: { name, ...change } }): Promise<PersonView> => {
  const view = await server.db.$transaction(async (tx) => {
    const { id } = await findPerson(tx, name)
    const data: Prisma.PersonUpdateInput = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
    await tx.person.update({ where: { id }, data })
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('graft administrators'))`
    if ((await tx.person.count({ where: { administrator: true } })) === 0) {
      throw new GraftError('conflict', `${name} is the only administrator.`, { hint: 'Make another one first: `graft people set NAME --administrator`.', field: 'administrator' })
    }
    await notifyAccess(tx)
    return (await viewPeople(tx, { id }))[0]!
  })
  server.callers.forget()
  return view
})
