import type { Database } from '@graft/db/client'
import type { Statement, StatementRunner } from '@graft/db/statements'

// Start-time fair queuing (Goyal, Vin and Cheng 1996). Everyone has a finish tag, the virtual time at which what they were given is
// through: a trial moves it on by what it costs over their weight. Virtual time is the start tag of whoever was given a worker last, and
// so the largest start tag of all. Whose turn it is (their finish tag, or virtual time where that is later) is the least goes next: who
// had nothing to run starts where the others are, and idling saves up nothing. The tags are rows of the database, so that all servers
// give the same turns and one that starts anew goes on with them.

/** SQL: when it is the turn of `person`, a row of "Person" in the query. */
export const turnOfPerson = `greatest(person."finishTag", (SELECT max("startTag") FROM "Person"))`

/** Reads the person's own tag from the row that it locks: of two at once, the second counts on from the first. */
const charge: Statement = {
  name: 'charge-person',
  text: `
    UPDATE "Person" SET "startTag" = greatest("finishTag", virtual.time), "finishTag" = greatest("finishTag", virtual.time) + $2::float8 / weight
    FROM (SELECT max("startTag") AS time FROM "Person") virtual WHERE id = $1`,
}

/** A person was given a worker, for a trial that costs so much. */
export const chargePerson = (tx: StatementRunner, personId: string, cost: number): Promise<void> => tx.run(charge, [personId, cost])

/** What a trial of each person costs: seconds that theirs took lately, so that shares are of workers' time and not of numbers of trials. */
export interface TrialCosts {
  /** 1, relative to nothing, where nobody's is known. */
  of(personId: string): number
  /** Measures them anew. */
  measure(db: Database): Promise<void>
}

const measured: Statement = {
  name: 'measure-trial-costs',
  text: `
    SELECT job."personId", avg(extract(epoch FROM attempt."endedAt" - attempt."startedAt"))::float8 AS seconds
    FROM "Attempt" attempt JOIN "Job" job ON job.id = attempt."jobId"
    WHERE job.kind = 'trial' AND attempt."endedAt" > clock_timestamp() - interval '1 hour' GROUP BY job."personId"`,
}
const leastCost = 0.001

export function createTrialCosts(): TrialCosts {
  let costs = new Map<string, number>()
  let mean = 1
  return {
    of: (personId) => costs.get(personId) ?? mean,
    async measure({ statements }) {
      const rows = await statements.rows<{ personId: string; seconds: number }>(measured)
      costs = new Map(rows.map(({ personId, seconds }) => [personId, Math.max(seconds, leastCost)]))
      mean = costs.size === 0 ? 1 : [...costs.values()].reduce((sum, seconds) => sum + seconds, 0) / costs.size // someone without a finished trial
    },
  }
}
