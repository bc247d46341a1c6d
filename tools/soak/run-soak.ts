import { setTimeout as sleep } from 'node:timers/promises'
import { startFaultRig, type FaultRig, type TrialOutcome } from '../../e2e/faults/fault-rig.ts'
import { quickRecipe } from '../../apps/worker/src/testing/quick-recipe.ts'
import { isTerminal } from '../../packages/contracts/src/trial.ts'
import { createRandom } from '../../packages/statistics/src/random.ts'
import { disturb, SupervisedWorkers, type Fault } from './random-faults.ts'

export interface SoakOptions {
  trials: number
  /** Faults at most. */
  kills: number
  workers: number
  /** Of the faults: the same seed does the same things at the same moments. */
  seed: number
  /** Mean time between two faults. */
  meanMilliseconds: number
  /** The disturbed run is given up after so many minutes: what is not finished then counts as lost. */
  minutes: number
  /** Of each trial: what they train has to outlast the kills, which end with the last trial. */
  epochs: number
  signal: AbortSignal
  log(line: string): void
}

export interface SoakResult {
  trials: number
  kills: number
  byFault: ReadonlyMap<Fault, number>
  workerStarts: number
  /** Trials by what became of their attempts. */
  attempts: Readonly<Record<string, number>>
  /** Trials that lost three workers and failed with that reason, as the rule says; retried by hand as a person would. */
  retriedByHand: number
  /** Never finished. */
  lost: number
  /** More than one finished attempt, or more results than one attempt leaves. */
  duplicates: number
  /** Weights, metrics or predictions that differ from the undisturbed run's. */
  unequal: number
  controlSeconds: number
  seconds: number
}

const seedsASweep = 100
/** Progress is told after so many more trials. */
const trialsALine = 20

/** The same trials twice, on a fresh server each: undisturbed, then under random kills of workers, web server and database; and what differs. */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const control = await run(options, async () => new Map<Fault, number>())
  options.log(`control: ${options.trials} trials in ${control.seconds.toFixed(0)} s`)
  const random = createRandom(options.seed)
  const disturbed = await run(options, (rig, workers, signal) =>
    disturb(rig, workers, random, { ...options, signal, onFault: (fault, index) => void (index % 50 === 49 && options.log(`${index + 1} faults, the last: ${fault}`)) }),
  )
  let [lost, duplicates, unequal] = [0, 0, 0]
  for (const [seed, expected] of control.outcomes) {
    const trial = disturbed.outcomes.get(seed)
    if (trial?.outcome.state !== 'finished') lost += 1
    else if (JSON.stringify(trial.outcome) !== JSON.stringify(expected.outcome)) unequal += 1
    if (trial !== undefined && (trial.finishedAttempts > 1 || trial.artifacts > expected.artifacts || trial.rows > 1)) duplicates += 1
  }
  const kills = [...disturbed.byFault.values()].reduce((sum, count) => sum + count, 0)
  return { trials: control.outcomes.size, kills, byFault: disturbed.byFault, workerStarts: disturbed.workerStarts, attempts: disturbed.attempts, retriedByHand: disturbed.retriedByHand, lost, duplicates, unequal, controlSeconds: control.seconds, seconds: disturbed.seconds }
}

interface Recorded { outcome: TrialOutcome; finishedAttempts: number; artifacts: number; rows: number }

async function run(options: SoakOptions, during: (rig: FaultRig, workers: SupervisedWorkers, whileTheyTrain: AbortSignal) => Promise<Map<Fault, number>>) {
  const rig = await startFaultRig()
  const workers = new SupervisedWorkers(rig, options.workers)
  const limit = AbortSignal.any([options.signal, AbortSignal.timeout(options.minutes * 60_000)])
  try {
    const began = performance.now()
    const sweeps = await launchAll(rig, options)
    const over = new AbortController()
    const disturbing = during(rig, workers, AbortSignal.any([over.signal, limit]))
    const retriedByHand = await untilAllFinished(rig, sweeps, limit, options)
    over.abort()
    const byFault = await disturbing
    const seconds = (performance.now() - began) / 1000
    await workers.end()
    options.signal.throwIfAborted()
    return { byFault, retriedByHand, seconds, workerStarts: workers.starts, ...(await readResults(rig)) }
  } finally {
    await workers.end()
    await rig.close()
  }
}

async function launchAll(rig: FaultRig, { trials, epochs }: SoakOptions): Promise<string[]> {
  const sweeps: string[] = []
  for (let first = 0; first < trials; first += seedsASweep) {
    const seeds = Array.from({ length: Math.min(seedsASweep, trials - first) }, (_, index) => first + index)
    const { sweepId } = await rig.user.api.sweep.create.mutate({ datasets: ['shapes'], models: ['mobilenet-v2'], recipe: quickRecipe(epochs), seeds })
    sweeps.push(sweepId)
  }
  return sweeps
}

/** Waits for the end of all trials; those that failed because their workers vanished are retried. @returns how often that was. */
async function untilAllFinished(rig: FaultRig, sweeps: readonly string[], limit: AbortSignal, { trials, log }: SoakOptions): Promise<number> {
  let retried = 0
  let toTell = trialsALine
  while (!limit.aborted) {
    await sleep(500)
    try {
      const open = await rig.server.db.job.findMany({ where: { kind: 'trial', state: { not: 'finished' } }, select: { state: true } })
      if (trials - open.length >= toTell) {
        log(`${trials - open.length} of ${trials} trials finished`)
        toTell = trials - open.length + trialsALine
      }
      if (open.length === 0 && (await rig.server.db.job.count({ where: { kind: 'trial' } })) > 0) return retried
      if (open.some(({ state }) => !isTerminal(state))) continue
      for (const id of sweeps) await rig.user.api.sweep.retry.mutate({ id })
      retried += open.length
    } catch {
      // Server or database is being restarted: asked again.
    }
  }
  return retried
}

async function readResults(rig: FaultRig): Promise<{ outcomes: Map<number, Recorded>; attempts: Record<string, number> }> {
  const { db } = rig.server
  const trials = await db.trial.findMany({ include: { job: { include: { attempts: true } }, _count: { select: { artifacts: true } } } })
  const outcomes = new Map<number, Recorded>()
  const attempts: Record<string, number> = {}
  for (const { id, seed, job, _count } of trials) {
    for (const { state } of job.attempts) attempts[state] = (attempts[state] ?? 0) + 1
    outcomes.set(seed, { outcome: await rig.outcome(id), finishedAttempts: job.attempts.filter(({ state }) => state === 'finished').length, artifacts: _count.artifacts, rows: (outcomes.get(seed)?.rows ?? 0) + 1 })
  }
  return { outcomes, attempts }
}

/** The result as a table. */
export function soakTable(result: SoakResult): string {
  const rows: [string, string][] = [
    ['trials', String(result.trials)],
    ['faults while they trained', `${result.kills}: ${[...result.byFault].map(([fault, count]) => `${fault} ${count}`).join(', ')}`],
    ['worker processes started', String(result.workerStarts)],
    ['attempts', Object.entries(result.attempts).map(([state, count]) => `${state} ${count}`).join(', ')],
    ['failed after three lost workers, and retried', String(result.retriedByHand)],
    ['**lost**', String(result.lost)],
    ['**duplicate results**', String(result.duplicates)],
    ['**not equal to the control**', String(result.unequal)],
    ['seconds: undisturbed, disturbed', `${result.controlSeconds.toFixed(0)}, ${result.seconds.toFixed(0)}`],
  ]
  return ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n')
}

export const isSound = ({ lost, duplicates, unequal }: SoakResult): boolean => lost === 0 && duplicates === 0 && unequal === 0
