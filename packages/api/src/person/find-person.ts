import { GraftError } from '@graft/contracts/errors'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { Person } from '@graft/db/generated/client'

/** @throws GraftError `not_found`. */
export async function findPerson(db: DatabaseOrTransaction, name: string, field = 'name'): Promise<Person> {
  const person = await db.person.findUnique({ where: { name } })
  if (person === null) throw new GraftError('not_found', `There is no person “${name.slice(0, 100)}”.`, { hint: '`graft people list` shows who there is.', field })
  return person
}
