import type { Configuration } from '@graft/contracts/search-space'
import type { SweepSearch } from '@graft/contracts/sweep-search'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { SweepConfiguration } from '@graft/db/generated/client'
import type { EarlierResults, TrialRecord } from '@graft/search/trial-record'

/** What the search knows: every configuration so far in the order of their proposals. A cancelled one says as little as a failed one. */
export async function searchHistory(db: DatabaseOrTransaction, sweepId: string): Promise<TrialRecord[]> {
  const rows = await db.sweepConfiguration.findMany({ where: { sweepId }, orderBy: { index: 'asc' } })
  return rows.map((row) => ({ index: row.index, ...toRecord(row) }))
}

/** The results that a search starts from, in the order in which the sweeps were named; those of one sweep can be compared with each other. */
export async function earlierResults(db: DatabaseOrTransaction, { warmStart = [] }: SweepSearch): Promise<EarlierResults[]> {
  const rows = await db.sweepConfiguration.findMany({ where: { sweepId: { in: warmStart }, state: { not: 'running' } }, orderBy: [{ sweepId: 'asc' }, { index: 'asc' }] })
  return warmStart.map((sweepId) => ({ group: sweepId, trials: rows.filter((row) => row.sweepId === sweepId).map(toRecord) }))
}

const toRecord = ({ parameters, state, value }: SweepConfiguration): Omit<TrialRecord, 'index'> => ({ configuration: parameters as Configuration, state: state === 'cancelled' ? 'failed' : state, value })
