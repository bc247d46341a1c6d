import os from 'node:os'
import { printTable } from './figures.ts'
import { delayTrials, runStep, type Cost, type Step } from './measure-step.ts'
import { startServerUnderTest } from './server-under-test.ts'
import { Launcher, prepareCatalog } from './workload.ts'

/**
 * `npm run bench -- fleet [WORKERS …] [--trials N] [--dashboard]`: simulated workers over real HTTP against one real server process
 * (`--dashboard`: Next.js in production, else the same handlers without it) and one real Postgres (fsync on) of this machine. A step for each number of workers, each with three figures: how many trials a second are
 * claimed and finished when all of them want one at once; how long a trial that is queued waits until an idle worker has it; how many
 * metric points a second are confirmed. Everything is on the loopback, bounded in count and time, and goes when it ends.
 */
const words = process.argv.slice(2)
const trialsWord = words.indexOf('--trials')
const allTrials = trialsWord === -1 ? 20_000 : Number(words[trialsWord + 1])
const fleets = words.filter((word, index) => /^\d+$/.test(word) && index !== trialsWord + 1).map(Number)
const sizes = fleets.length > 0 ? fleets : [10, 50, 100, 250, 500]

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const server = await startServerUnderTest(words.includes('--dashboard') ? 'dashboard' : 'api')
const steps: Step[] = []
try {
  await prepareCatalog(server)
  const launcher = new Launcher(server)
  for (const workers of sizes) {
    steps.push(await runStep(server, launcher, workers, Math.ceil(allTrials / sizes.length) - delayTrials))
    const step = steps.at(-1)!
    console.log(`${workers} workers: ${step.claimsASecond.toFixed(0)} claims/s, delay p95 ${step.delay.p95.toFixed(0)} ms, ${step.pointsASecond.toFixed(0)} points/s, ${step.errors} errors; processor ms a trial ${costOf(step.trialCost)}, a thousand points ${costOf(step.pointsCost)}`)
  }
  await report()
} finally {
  await server.close()
}

function costOf({ web, postgres, load }: Cost): string {
  return `${web.toFixed(1)} + ${postgres.toFixed(1)} (${load.toFixed(1)})`
}

async function report(): Promise<void> {
  const finished = await server.db.job.count({ where: { kind: 'trial', state: 'finished' } })
  const attempts = await server.db.attempt.count({ where: { job: { kind: 'trial', state: 'finished' } } })
  console.log(`\nLoad of the machine: ${os.loadavg().map((load) => load.toFixed(1)).join(', ')} on ${os.cpus().length} cores.`)
  console.log(`${finished} trials finished by ${attempts} attempts${attempts === finished ? ': none ran twice' : ''}.\n`)
  printTable(
    ['workers', 'trials claimed and finished', 'a second', 'delay p50, ms', 'delay p95, ms', 'largest, ms', 'metric points a second', 'queued a second', 'processor ms a trial: web + Postgres (load)', 'a thousand points', 'errors'],
    steps.map((step) => [step.workers, step.claimed, step.claimsASecond.toFixed(0), step.delay.p50.toFixed(0), step.delay.p95.toFixed(0), step.delay.largest.toFixed(0), step.pointsASecond.toFixed(0), step.launchedASecond.toFixed(0), costOf(step.trialCost), costOf(step.pointsCost), step.errors].map(String)),
  )
}
