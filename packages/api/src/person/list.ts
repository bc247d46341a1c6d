import type { PersonView } from '@graft/contracts/views'
import { userProcedure } from '../trpc.ts'
import { viewPeople } from './view-people.ts'

/** Everyone who may use this server. */
export const list = userProcedure.query(({ ctx: { server } }): Promise<PersonView[]> => viewPeople(server.db))
