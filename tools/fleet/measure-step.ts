import { setTimeout as sleep } from 'node:timers/promises'
import { processorSeconds, quantile, withChildren } from './figures.ts'
import type { ServerUnderTest } from './server-under-test.ts'
import { SimulatedWorker, type Started } from './simulated-worker.ts'
import { epochPoints, type Launcher, result } from './workload.ts'

/** Trials of a step that come one by one. */
export const delayTrials = 200
const longestDelaySeconds = 40
const delayPerSecond = 10
const metricSeconds = 10
/** A batch as a worker sends it: forty epochs of five metrics. */
const metricEpochs = 40
const longestStepSeconds = 400

/** Milliseconds of processor time. */
export interface Cost { web: number; postgres: number; load: number }

/** What one number of workers gave. */
export interface Step {
  workers: number
  launchedASecond: number
  claimsASecond: number
  claimed: number
  delay: { p50: number; p95: number; largest: number }
  pointsASecond: number
  points: number
  /** Milliseconds of processor time that one trial (claim and finish) and a thousand metric points cost: what the machine's other load does not change. */
  trialCost: Cost
  pointsCost: Cost
  errors: number
}

/** A step: claims, delay, metrics. */
export async function runStep(server: ServerUnderTest, launcher: Launcher, workers: number, trials: number): Promise<Step> {
  const noted = { started: [] as Started[], finished: 0, errors: [] as string[] }
  const stop = new AbortController()
  const fleet = Array.from({ length: workers }, (_, index) => new SimulatedWorker({
    address: server.address,
    token: server.workerToken,
    name: `fleet-${workers}-${index}`,
    result,
    signal: stop.signal,
    onStart: (started) => void noted.started.push(started),
    onFinish: () => void noted.finished++,
    onError: (error) => void noted.errors.push(error.message),
  }))
  for (const worker of fleet) await worker.register()
  try {
    const throughput = await measureClaims(server, launcher, fleet, trials, noted)
    const delay = await measureDelay(server, launcher, noted)
    stop.abort()
    await throughput.ended
    const metrics = await measureMetrics(server, launcher, workers, noted.errors)
    for (const message of new Set(noted.errors)) console.error(`  error: ${message}`)
    return { workers, ...throughput.figures, delay, ...metrics, errors: noted.errors.length }
  } finally {
    stop.abort()
    for (const worker of fleet) worker.close()
  }
}

/** All trials are queued before the first worker asks; each is claimed and finished at once. The workers go on waiting afterwards. */
async function measureClaims(server: ServerUnderTest, launcher: Launcher, fleet: readonly SimulatedWorker[], trials: number, noted: { finished: number }) {
  const launching = performance.now()
  const queued = await launcher.launch(trials)
  const launchedASecond = (queued / (performance.now() - launching)) * 1000
  const cost = startCost(server)
  const began = performance.now()
  const ended = Promise.all(fleet.map((worker) => worker.work(() => 0)))
  while (noted.finished < queued && performance.now() - began < longestStepSeconds * 1000) await sleep(20)
  const seconds = (performance.now() - began) / 1000
  return {
    ended,
    figures: {
      launchedASecond,
      claimed: noted.finished,
      claimsASecond: noted.finished / seconds,
      trialCost: cost(noted.finished),
    },
  }
}

/** Trials come one by one at random moments while all workers wait: from the row's own time to the answer in the worker's hand. */
async function measureDelay(server: ServerUnderTest, launcher: Launcher, noted: { started: Started[] }): Promise<Step['delay']> {
  await sleep(1000) // all of them wait by now
  noted.started.length = 0
  const began = performance.now()
  let launched = 0
  for (; launched < delayTrials && performance.now() - began < longestDelaySeconds * 1000; launched++) {
    await Promise.all([launcher.launchOne(), sleep((-Math.log(1 - Math.random()) / delayPerSecond) * 1000)])
  }
  for (let wait = 0; wait < 100 && noted.started.length < launched; wait++) await sleep(50)
  const rows = await server.db.job.findMany({ where: { id: { in: noted.started.map(({ jobId }) => jobId) } }, select: { id: true, createdAt: true } })
  const createdAt = new Map(rows.map((row) => [row.id, row.createdAt.getTime()]))
  const delays = noted.started.map(({ jobId, at }) => at - createdAt.get(jobId)!)
  return { p50: quantile(delays, 0.5), p95: quantile(delays, 0.95), largest: quantile(delays, 1) }
}

/** Every worker has a trial and sends batches one after the other; what was confirmed is counted in the database afterwards. */
async function measureMetrics(server: ServerUnderTest, launcher: Launcher, workers: number, errors: string[]) {
  const queued = await launcher.launch(workers)
  const stop = new AbortController()
  const fleet = Array.from({ length: workers }, (_, index) => new SimulatedWorker({ address: server.address, token: server.workerToken, name: `metrics-${workers}-${index}`, result, signal: stop.signal, onError: (error) => void errors.push(error.message) }))
  const held = await Promise.all(fleet.map(async (worker) => {
    await worker.register()
    const reference = await worker.claim()
    if (reference === null) throw new Error('No trial was to be claimed.')
    return { worker, reference }
  }))
  let confirmed = 0
  const cost = startCost(server)
  const began = performance.now()
  await Promise.all(held.map(async ({ worker, reference }) => {
    for (let first = 1; performance.now() - began < metricSeconds * 1000; first += metricEpochs) {
      const points = epochPoints(first, metricEpochs)
      await worker.metrics(reference, points)
      confirmed += points.length
    }
  }))
  const seconds = (performance.now() - began) / 1000
  const pointsCost = cost(confirmed / 1000)
  const jobIds = held.map(({ reference }) => reference.jobId)
  const trials = await server.db.trial.findMany({ where: { jobId: { in: jobIds } }, select: { id: true } })
  const points = await server.db.epochMetric.count({ where: { trialId: { in: trials.map(({ id }) => id) } } })
  if (points !== confirmed) throw new Error(`${confirmed} points were confirmed, ${points} are in the database.`)
  for (const { worker, reference } of held) await worker.finish(reference)
  stop.abort()
  await finishRest(server, queued - workers)
  for (const worker of fleet) worker.close()
  return { points, pointsASecond: points / seconds, pointsCost }
}

/** What was queued beyond the fleet is taken off the queue, so that the next step starts from an empty one. */
async function finishRest(server: ServerUnderTest, rest: number): Promise<void> {
  if (rest > 0) await server.db.$executeRaw`UPDATE "Job" SET state = 'cancelled', "endedAt" = clock_timestamp() WHERE state = 'queued' AND kind = 'trial'`
}

/** Processor time of server, database and this process from now on, for each of a number of things. */
function startCost(server: ServerUnderTest): (things: number) => Cost {
  const now = (): Cost => ({ web: processorSeconds(withChildren(server.web().pid!)), postgres: processorSeconds(withChildren(server.postgres().pid)), load: processorSeconds([process.pid]) })
  const before = now()
  return (things) => {
    const after = now()
    const each = (name: keyof Cost): number => ((after[name] - before[name]) * 1000) / things
    return { web: each('web'), postgres: each('postgres'), load: each('load') }
  }
}
