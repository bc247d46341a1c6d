/** Whose turn it is, among people who all have something to run. */
export interface FairShare {
  /** People, whose turn comes first ahead. Those whose turn comes at the same time stay in the order given. */
  order(people: readonly { personId: string; weight: number }[]): string[]
  /** A person was given a worker. */
  charge(personId: string, weight: number): void
  /** Seconds that a trial of each person takes, as measured; 1 relative to nothing where nobody knows. */
  setCosts(seconds: ReadonlyMap<string, number>): void
}

/**
 * Start-time fair queuing (Goyal, Vin and Cheng 1996): everyone has a clock of their own, which a trial moves on by what it costs
 * over their weight; who is the least far goes next. Who had nothing to run starts where the others are: idling saves up nothing.
 * A trial costs what this person's trials took lately, so that shares are of workers' time and not of numbers of trials.
 *
 * In the memory of one server: each of several serves its claims fairly, and one that starts anew begins with nobody ahead.
 */
export function createFairShare(): FairShare {
  const finish = new Map<string, number>()
  let costs: ReadonlyMap<string, number> = new Map()
  let now = 0
  const start = (personId: string): number => Math.max(finish.get(personId) ?? 0, now)
  return {
    order: (people) => people.map(({ personId }) => ({ personId, start: start(personId) })).toSorted((one, other) => one.start - other.start).map(({ personId }) => personId),
    charge(personId, weight) {
      now = start(personId)
      finish.set(personId, now + costOf(costs, personId) / weight)
    },
    setCosts: (seconds) => void (costs = seconds),
  }
}

/** Of someone without a finished trial: what everyone's take in the mean. */
function costOf(costs: ReadonlyMap<string, number>, personId: string): number {
  const known = costs.get(personId)
  if (known !== undefined) return Math.max(known, 0.001)
  const all = [...costs.values()]
  return all.length === 0 ? 1 : Math.max(all.reduce((sum, seconds) => sum + seconds, 0) / all.length, 0.001)
}
