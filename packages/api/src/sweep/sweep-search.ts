import { sweepSearchSchema, type Objective, type SweepSearch } from '@graft/contracts/sweep-search'
import type { Sweep } from '@graft/db/generated/client'

/** The search of a sweep as it was asked for; null where there is the one recipe. */
export const searchOf = (sweep: Pick<Sweep, 'search'>): SweepSearch | null => (sweep.search === null ? null : sweepSearchSchema.parse(sweep.search))

/** What a sweep's trials are compared by; without a search by the validation accuracy. */
export const objectiveOf = (sweep: Pick<Sweep, 'search'>): Objective => searchOf(sweep)?.objective ?? { metric: 'validation/accuracy', goal: 'maximize' }
