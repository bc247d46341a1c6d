import type { Configuration } from '@graft/contracts/search-space'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { TrialRecord } from '@graft/search/trial-record'

/** What the search knows: every configuration so far in the order of their proposals. A cancelled one says as little as a failed one. */
export async function searchHistory(db: DatabaseOrTransaction, sweepId: string): Promise<TrialRecord[]> {
  const rows = await db.sweepConfiguration.findMany({ where: { sweepId }, orderBy: { index: 'asc' } })
  return rows.map(({ index, parameters, state, value }) => ({ index, configuration: parameters as Configuration, state: state === 'cancelled' ? 'failed' : state, value }))
}
