import { GraftError } from '@graft/contracts/errors'
import type { Configuration } from '@graft/contracts/search-space'
import type { SearchMethod, SweepSearch } from '@graft/contracts/sweep-search'
import { createRandom, type Random } from '@graft/statistics/random'
import { proposeEvolutionary } from './methods/evolutionary/evolutionary.ts'
import { proposeGaussianProcess } from './methods/gaussian-process/gaussian-process.ts'
import type { Method } from './methods/method.ts'
import { observationsOf } from './methods/observations.ts'
import { proposeRandom } from './methods/random.ts'
import { proposeSobol } from './methods/sobol/sobol.ts'
import { proposeTpe } from './methods/tpe/tpe.ts'
import { compileSpace } from './space/compiled-space.ts'
import { configurationKey } from './space/configuration-key.ts'
import { finiteConfigurations } from './space/finite-configurations.ts'
import type { EarlierResults, TrialRecord } from './trial-record.ts'
import { earlierObservations, nextSeed } from './warm-start.ts'

export interface Search {
  /**
   * The next configurations to try, at most `count`; fewer where a finite space has been tried out. A proposal depends on the
   * search, on the number of the proposal and on the history alone: the same history gives the same proposals. Proposals of one
   * call take each other as running. Gives way to other work of the process between proposals.
   *
   * @param history every proposal so far, in any order; the next number is one above the highest.
   * @throws GraftError `invalid_input` where the constraints leave nothing, `aborted` when the signal fired.
   */
  propose(history: readonly TrialRecord[], count: number, signal?: AbortSignal): Promise<Configuration[]>
  /** How many different configurations there are; null for a continuous space or one of more than 100,000 (constraints not looked at). Counted when it is asked for. */
  readonly size: number | null
}

/** Above this a finite space is drawn from as if it were endless. */
const largestEnumerated = 100_000
/** Draws that may repeat or break a constraint before the remaining configurations are looked at one by one. */
const mostDraws = 50

const methods: Record<Exclude<SearchMethod, 'grid'>, Method> = {
  random: proposeRandom,
  sobol: proposeSobol,
  tpe: proposeTpe,
  'gaussian-process': proposeGaussianProcess,
  evolutionary: proposeEvolutionary,
}

const modelling: ReadonlySet<SearchMethod> = new Set(['tpe', 'gaussian-process', 'evolutionary'])

/**
 * A search over configurations, without state of its own: everything follows from the history that each call is given.
 *
 * @param warmStart results of earlier sweeps, on this or other datasets: the methods that model try their best configurations first, and
 * count the others beside their own results, with a weight that shrinks as own results come.
 * @throws GraftError `invalid_input` naming the parameter, constraint or method at fault.
 */
export function createSearch(search: SweepSearch, { warmStart = [] }: { warmStart?: readonly EarlierResults[] } = {}): Search {
  const space = compileSpace(search.space)
  const earlier = earlierObservations(warmStart, space, search.objective)
  const continuous = space.continuousParameter()
  if (search.method === 'grid' && continuous !== null) {
    throw new GraftError('invalid_input', `A grid needs finitely many values, and “${continuous}” has endlessly many.`, { hint: 'Give it `values`, whole numbers (int_uniform) or a step `q`; or choose another method.', field: `space.parameters.${continuous}` })
  }
  const method = search.method === 'grid' ? null : methods[search.method]
  const isSmall = space.unconstrainedCount() <= largestEnumerated
  const finite = isSmall || method === null ? finiteConfigurations(space) : null
  if (finite?.remaining(new Set(), 1).length === 0) throw space.nothingFits()

  const next = async (history: readonly TrialRecord[], index: number, signal?: AbortSignal): Promise<Configuration | null> => {
    const taken = new Set(history.map((record) => configurationKey(record.configuration)))
    if (method === null) return finite!.remaining(taken, 1)[0] ?? null
    const random = createRandom(search.seed).fork(`proposal ${index}`)
    if (finite?.remaining(taken, 1).length === 0) return null
    const observations = observationsOf(history, space, search.objective)
    const seed = modelling.has(search.method) ? nextSeed(earlier, space, index, taken, random.fork('seed')) : null
    if (seed !== null) return seed
    for (let draw = 0; draw < mostDraws; draw += 1) {
      const proposed = await method({ space, index, random: random.fork(`draw ${draw}`), seed: search.seed, history, observations, earlier, taken, ...(signal && { signal }) })
      if (proposed !== null && !taken.has(configurationKey(proposed)) && space.meetsConstraints(proposed)) return proposed
      checkNotAborted(signal)
    }
    return finite === null ? space.sample(random) : oneOf(finite.remaining(taken, largestEnumerated), random)
  }

  return {
    get size() {
      return isSmall ? finite!.count(largestEnumerated) : null
    },
    async propose(history, count, signal) {
      checkNotAborted(signal)
      const known = history.toSorted((a, b) => a.index - b.index)
      const proposals: Configuration[] = []
      for (let index = (known.at(-1)?.index ?? -1) + 1; proposals.length < count; index += 1) {
        const configuration = await next(known, index, signal)
        if (configuration === null) break
        proposals.push(configuration)
        known.push({ index, configuration, state: 'running', value: null })
        await giveWay()
        checkNotAborted(signal)
      }
      return proposals
    },
  }
}

const oneOf = (configurations: readonly Configuration[], random: Random): Configuration => configurations[random.integer(configurations.length)]!

/** Lets timers and input of the process be served. */
const giveWay = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

function checkNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new GraftError('aborted', 'The search for configurations was stopped.')
}
