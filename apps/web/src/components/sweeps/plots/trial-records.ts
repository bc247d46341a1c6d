import type { JsonValue, SearchSpace } from '@graft/contracts/search-space'
import type { SweepPoints } from '@graft/contracts/sweep-results'

/** The finished trials of a sweep as the search knows them: what the importance of its parameters is found from. */
export function finishedRecords({ parameters, trials }: SweepPoints, space: SearchSpace): { configuration: Record<string, JsonValue>; state: 'finished'; value: number }[] {
  return trials.flatMap(({ state, values, objective }) => {
    if (state !== 'finished' || objective === null) return []
    // A point has null for what is absent; only a conditional parameter can be.
    const entries = parameters.map(({ name }, index) => [name, values[index] ?? null] as const).filter(([name, value]) => value !== null || space.parameters[name]?.when === undefined)
    return [{ configuration: Object.fromEntries(entries), state, value: objective }]
  })
}
