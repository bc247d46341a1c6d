import { GraftError } from '@graft/contracts/errors'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { UserCaller } from './caller.ts'

/**
 * What someone launched only they and administrators may stop, change or run again; everyone may see it.
 *
 * @param what for people: `“birds, all models”`.
 * @throws GraftError `forbidden`.
 */
export async function requireOwner(db: DatabaseOrTransaction, caller: UserCaller, personId: string, what: string): Promise<void> {
  if (caller.administrator || caller.personId === personId) return
  const { name } = await db.person.findUniqueOrThrow({ where: { id: personId }, select: { name: true } })
  throw new GraftError('forbidden', `${what} was launched by ${name}: only they and administrators may change it.`, { hint: `Ask ${name} or an administrator (\`graft people list\`), or clone the sweep and change the copy.` })
}
