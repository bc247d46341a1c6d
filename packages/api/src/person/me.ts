import type { PersonView } from '@graft/contracts/views'
import { userProcedure } from '../trpc.ts'
import { viewPeople } from './view-people.ts'

/** Who asks. */
export const me = userProcedure.query(async ({ ctx: { server, caller } }): Promise<PersonView> => (await viewPeople(server.db, { id: caller.personId }))[0]!)
