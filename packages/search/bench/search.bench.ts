import { readFileSync } from 'node:fs'
import { searchMethods, type SearchMethod } from '@graft/contracts/sweep-search'
import { bootstrapDifference, median } from './bootstrap.ts'
import { checkFunctions, functionNames, searchFunction } from './functions.ts'
import { printProposalSeconds } from './proposal-seconds.ts'
import { checkpoints, regretOf } from './regret.ts'

/**
 * Regret of Graft's search methods beside Optuna's samplers, whose regret tools/parity/search_regret.py recorded: best value found less the
 * smallest one after 30 and 100 trials, medians of 20 repeats, with the 95% bootstrap interval of their difference. Then the time of a proposal.
 * `npm run bench -- search [METHOD …] [FUNCTION …] [REPEATS]`. Each row is printed as it is done, what is under way goes to stderr. A quarter of an
 * hour for all on an idle core; all but the last minute of it Gaussian processes.
 */
const counterparts: Partial<Record<SearchMethod, { sampler: string; inFlight: number }[]>> = {
  random: [{ sampler: 'RandomSampler', inFlight: 1 }],
  sobol: [{ sampler: 'QMCSampler', inFlight: 1 }],
  tpe: [
    { sampler: 'TPESampler', inFlight: 1 },
    { sampler: 'TPESampler, group', inFlight: 1 },
    { sampler: 'TPESampler, 8 in flight', inFlight: 8 },
  ],
  'gaussian-process': [{ sampler: 'GPSampler', inFlight: 1 }],
  evolutionary: [{ sampler: 'CmaEsSampler', inFlight: 1 }],
}
const wanted = process.argv.slice(2)
const repeats = Number(wanted.find((word) => /^\d+$/.test(word)) ?? 20)
const methods = named(searchMethods)
const functions = named(functionNames)
const began = performance.now()

/** Those of the names that the command line has; all where it has none. */
function named<Name extends string>(names: readonly Name[]): Name[] {
  const chosen = names.filter((name) => wanted.includes(name))
  return chosen.length > 0 ? chosen : [...names]
}

const recorded = JSON.parse(readFileSync(new URL('golden/optuna-regret.json', import.meta.url), 'utf8')) as { optuna: string; regret: Record<string, Record<string, number[][]>> }
const short = (value: number): string => (Math.abs(value) < rounding ? '0' : Math.abs(value) >= 1000 || Math.abs(value) < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(3))))

/** A regret is a difference and has its rounding. */
const rounding = 1e-9

type Verdict = 'better' | 'equal' | 'WORSE'

function verdict([low, high]: readonly [number, number]): Verdict {
  if (high < -rounding) return 'better'
  return low > rounding ? 'WORSE' : 'equal'
}

function timeSoFar(): string {
  const { user, system } = process.cpuUsage()
  return `${((performance.now() - began) / 60_000).toFixed(1)} min since the start, ${((user + system) / 60e6).toFixed(1)} of processor time`
}

/** On a terminal one line that is written over. */
function showProgress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`)
}

async function compare(method: SearchMethod, { sampler, inFlight }: { sampler: string; inFlight: number }): Promise<void> {
  const verdicts: Record<Verdict, number> = { better: 0, equal: 0, WORSE: 0 }
  console.log(`\n${method}${inFlight > 1 ? `, ${inFlight} in flight` : ''} beside Optuna ${recorded.optuna}'s ${sampler}; interval: of Graft's median less Optuna's\n`)
  console.log('| function | repeats | after 30: Graft / Optuna | interval | | after 100: Graft / Optuna | interval | |\n|---|---|---|---|---|---|---|---|')
  for (const name of functions) {
    const optuna = recorded.regret[name]?.[sampler]
    if (optuna === undefined) continue
    const f = searchFunction(name)
    const runs: number[][] = []
    for (let seed = 0; seed < repeats; seed += 1) {
      showProgress(`${method}, ${name}: repeat ${seed + 1} of ${repeats}`)
      runs.push(await regretOf(f, method, seed, inFlight))
    }
    showProgress('')
    const cells = checkpoints.map((_, index) => {
      const graft = runs.map((run) => run[index]!)
      const interval = bootstrapDifference(graft, optuna[index]!)
      verdicts[verdict(interval)] += 1
      return `${short(median(graft))} / ${short(median(optuna[index]!))} | ${short(interval[0])} to ${short(interval[1])} | ${verdict(interval)}`
    })
    console.log(`| ${name} | ${repeats} / ${optuna[0]!.length} | ${cells.join(' | ')} |`)
  }
  console.log(`\nbetter ${verdicts.better}, equal ${verdicts.equal}, WORSE ${verdicts.WORSE}; ${timeSoFar()}`)
}

checkFunctions()
for (const method of methods) for (const counterpart of counterparts[method] ?? []) await compare(method, counterpart)
await printProposalSeconds(methods)
console.log(`\n${timeSoFar()}`)
