import { randomUUID } from 'node:crypto'
import os from 'node:os'
import { jobKinds, type JobKind } from '@graft/contracts/job'
import { isGraftError } from '@graft/contracts/errors'
import { workerProtocolVersion, type ClaimedJob } from '@graft/contracts/worker-protocol'
import type { Environment } from '@graft/contracts/trial'
import { watchForFreezes, type FreezeWatch } from './freeze-watch.ts'
import { createJobProcess, type JobProcess } from './job-process/job-process.ts'
import { jobTitle } from './job-title.ts'
import { lanesOf } from './lanes.ts'
import { runAttempt, type AttemptOutcome } from './run-attempt.ts'
import { syncModels } from './sync-models.ts'
import { createWorkerClient, type WorkerClient } from './worker-client.ts'

export interface WorkerOptions {
  /** Address of the server without a slash at its end. */
  server: string
  /** A worker token. */
  token: string
  /** How the server shows this worker. */
  name: string
  /** Weight files, blobs and features are kept here between jobs; several workers of one machine may share it. */
  cacheFolder: string
  /** Kinds of job that it takes; all by default. */
  kinds?: readonly JobKind[]
  /** Returns once there is nothing to do, instead of waiting. */
  exitWhenIdle?: boolean
  /** Threads of the runtime; by default, as many as the machine has cores. */
  threads?: number
  /** What computes: `cpu` (default), `webgpu`, `cuda`, `tensorflow`. */
  device?: string
  /** A job without progress for this long is stopped. */
  stallSeconds?: number
  /** Largest size of the blob cache. */
  maxCacheBytes?: number
  /** Fires when the worker should go: its job is released to others. */
  signal: AbortSignal
  log(line: string): void
}

export interface WorkerOutcome {
  /** Attempts by how they ended. */
  tally: Record<AttemptOutcome, number>
  /** True where it ended because this process had been stopped for longer than a lease. */
  frozen: boolean
}

const outcomeNames: Record<AttemptOutcome, string> = { finished: 'finished', failed: 'failed', released: 'given back to the queue', stale: 'left to another attempt', paused: 'paused', pruned: 'ended early by its search', cancelled: 'cancelled' }

/**
 * Registers with a server, then claims and does jobs until `signal` fires (or, with `exitWhenIdle`, until nothing is left): one
 * trial at a time, and beside it one short job at a time, so that nobody waits behind a training for an import or a prediction.
 * Jobs run in processes of their own; this one speaks with the server. A server that goes away and comes back is waited for. It also
 * ends when it finds that it was stopped for longer than its lease.
 * @throws GraftError `unauthorized`, or `conflict` when server and worker are of different versions.
 */
export async function runWorker(options: WorkerOptions): Promise<WorkerOutcome> {
  const { server, token, cacheFolder, signal, log, device = 'cpu', threads } = options
  let away = false
  const client = createWorkerClient({
    server,
    token,
    onWait(error) {
      if (!away) log(`${error.message} Trying again until it is there.`)
      away = true
    },
  })
  const openLane = (kinds: readonly JobKind[]) => ({
    kinds,
    jobs: createJobProcess({ server, token, cacheFolder, maxCacheBytes: options.maxCacheBytes ?? 4 * 2 ** 30, device, ...(threads !== undefined && { threads }) }),
  })
  const lanes = lanesOf(options.kinds ?? jobKinds).map(openLane)
  const worker: Worker = {
    options,
    client,
    environment: undefined,
    tally: { finished: 0, failed: 0, released: 0, paused: 0, pruned: 0, stale: 0, cancelled: 0 },
    failure: new AbortController(),
    frozen: new AbortController(),
    freezes: watchForFreezes(),
    registration: undefined,
    onAnswer: () => (away = false),
  }
  try {
    const [, environment] = await Promise.all([requireEntry(worker), lanes[0]!.jobs.open(signal)])
    worker.environment = environment
    await registrationOf(worker)
    await Promise.all(lanes.map(({ kinds, jobs }) => runLane(worker, kinds, jobs)))
    const { workerId } = await worker.registration!
    await client.call((api, soon) => api.worker.leave.mutate({ workerId }, { signal: soon }), AbortSignal.timeout(3000)).catch((error: unknown) => log(`Left without telling the server: ${String(error)}`))
  } catch (error) {
    worker.failure.abort(error)
    // Else stopped while it waited for the server.
    if (!signal.aborted) throw error
  } finally {
    worker.freezes.end()
    for (const { jobs } of lanes) jobs.close()
  }
  return { tally: worker.tally, frozen: worker.frozen.signal.aborted }
}

/** What the lanes of a worker share. */
interface Worker {
  options: WorkerOptions
  client: WorkerClient
  environment: Environment | undefined
  tally: WorkerOutcome['tally']
  /** Fires when one lane fails: the others end too. */
  failure: AbortController
  /** Fires when a lease was lost because this process had been stopped. */
  frozen: AbortController
  freezes: FreezeWatch
  registration: Promise<Registration> | undefined
  onAnswer(): void
}

/** A server that takes no such token says so at once, while the device is still being opened. What else is wrong, registering tells. */
async function requireEntry({ client, options: { cacheFolder, signal } }: Worker): Promise<void> {
  try {
    await syncModels(client, cacheFolder, signal)
  } catch (error) {
    if (isGraftError(error) && (error.code === 'unauthorized' || error.code === 'forbidden')) throw error
  }
}

/** The registration with the server, made once for all lanes; anew where the server no longer knows `unknown`. */
async function registrationOf(worker: Worker, unknown?: string): Promise<Registration> {
  const known = await worker.registration
  if (known === undefined || known.workerId === unknown) worker.registration = register(worker)
  return worker.registration!
}

/** Claims and does jobs of some kinds, one after the other. */
async function runLane(worker: Worker, kinds: readonly JobKind[], jobs: JobProcess): Promise<void> {
  const { options, failure, frozen } = worker
  const signal = AbortSignal.any([options.signal, failure.signal, frozen.signal])
  try {
    let registration = await registrationOf(worker)
    while (!signal.aborted) {
      const claimed = await claim(worker, kinds, registration.workerId, signal)
      worker.onAnswer()
      if (claimed === 'unknown-worker') registration = await registrationOf(worker, registration.workerId)
      else if (claimed) await work(worker, registration, jobs, claimed, signal)
      else if (options.exitWhenIdle) break
    }
  } catch (error) {
    failure.abort(error)
    throw error
  }
}

interface Registration { workerId: string; leaseSeconds: number; renewSeconds: number }

async function register({ options, client, environment }: Worker): Promise<Registration> {
  const { name, cacheFolder, server, signal, log } = options
  const capacity = { device: environment!.device, slots: 1, memoryBytes: os.totalmem(), labels: {} }
  const registration = await client.call((api, aborted) => api.worker.register.mutate({ ...capacity, name, protocolVersion: workerProtocolVersion, environment: environment! }, { signal: aborted }), signal)
  await syncModels(client, cacheFolder, signal)
  log(`Worker ${name} is at ${server} (${environment!.device}, ${environment!.cores} cores).`)
  return registration
}

/** Waits for a job at the server, so that an idle worker costs a request every 20 s. */
async function claim({ options, client }: Worker, kinds: readonly JobKind[], workerId: string, signal: AbortSignal): Promise<ClaimedJob | null | 'unknown-worker'> {
  try {
    const claimId = randomUUID() // the same in every try: a claim whose answer was lost is answered again
    const { job } = await client.call((api, aborted) => api.worker.claim.mutate({ workerId, claimId, kinds: [...kinds], waitSeconds: options.exitWhenIdle ? 0 : 20 }, { signal: aborted }), signal)
    return job
  } catch (error) {
    if (signal.aborted) return null
    if (isGraftError(error) && error.code === 'not_found') return 'unknown-worker'
    throw error
  }
}

async function work(worker: Worker, registration: Registration, jobs: JobProcess, claimed: ClaimedJob, shutdown: AbortSignal): Promise<void> {
  const { options, client, tally, freezes, frozen } = worker
  const { log, stallSeconds = 300 } = options
  const started = performance.now()
  const title = jobTitle(claimed)
  log(`${title}: started.`)
  const outcome = await runAttempt({ claimed, workerId: registration.workerId, client, renewSeconds: registration.renewSeconds, stallSeconds, jobs, memoryBudget: null, shutdown, log })
  tally[outcome]++
  log(`${title}: ${outcomeNames[outcome]} after ${((performance.now() - started) / 1000).toFixed(1)} s.`)
  if (outcome === 'stale' && freezes.longestPause() > registration.leaseSeconds) {
    log(`This process was stopped for ${freezes.longestPause().toFixed(0)} s, longer than the ${registration.leaseSeconds} s of a lease: it ends, so that a new one starts from what the server knows.`)
    frozen.abort()
  }
}
