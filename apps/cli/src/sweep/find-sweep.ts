import { GraftError } from '@graft/contracts/errors'
import type { SweepSummary } from '@graft/contracts/views'
import type { ServerClient } from '../server-client.ts'
import { requireKnown } from '../suggest.ts'

/** Newest sweeps among which names and beginnings of ids are looked for. */
const looked = 500

/**
 * A sweep by its id, the beginning of its id, or its name (the newest of that name).
 *
 * @throws GraftError `not_found` with what there is that sounds like it, `invalid_input` for a beginning that several ids have.
 */
export async function findSweepId(client: ServerClient, wanted: string): Promise<string> {
  const { items } = await client.call((api) => api.sweep.list.query({ limit: looked }))
  const exact = items.find(({ id, name }) => id === wanted || name === wanted)
  if (exact !== undefined) return exact.id
  const begun = wanted.length >= 4 ? items.filter(({ id }) => id.startsWith(wanted)) : []
  if (begun.length === 1) return begun[0]!.id
  if (begun.length > 1) throw new GraftError('invalid_input', `${begun.length} sweeps have ids that begin with ${wanted}.`, { hint: begun.map(({ id }) => id).join(', ') })
  if (items.length === looked && /^[0-9a-f-]{36}$/.test(wanted)) return wanted // older than what was looked at: the server knows
  requireKnown('sweep', wanted, names(items))
  return wanted
}

const names = (sweeps: readonly SweepSummary[]): string[] => [...new Set(sweeps.map(({ name }) => name))]
