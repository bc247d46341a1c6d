import type { PersonView } from '@graft/contracts/views'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { Prisma } from '@graft/db/generated/client'

/** People with what they have running and queued. */
export async function viewPeople(db: DatabaseOrTransaction, where: Prisma.PersonWhereInput = {}): Promise<PersonView[]> {
  const people = await db.person.findMany({ where, orderBy: { name: 'asc' } })
  const groups = await db.job.groupBy({ by: ['personId', 'state'], where: { kind: 'trial', state: { in: ['running', 'queued', 'paused'] }, personId: { in: people.map(({ id }) => id) } }, _count: true })
  const count = (personId: string, ...states: string[]): number => groups.filter((group) => group.personId === personId && states.includes(group.state)).reduce((sum, { _count }) => sum + _count, 0)
  return people.map(({ startTag: _startTag, finishTag: _finishTag, ...person }) => ({ ...person, running: count(person.id, 'running'), queued: count(person.id, 'queued', 'paused') }))
}
