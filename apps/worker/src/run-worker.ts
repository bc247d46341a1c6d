import { jobKinds, type JobKind } from '@graft/contracts/job'
import { isGraftError } from '@graft/contracts/errors'
import { workerProtocolVersion, type ClaimedJob } from '@graft/contracts/worker-protocol'
import { createOnnxRuntime } from '@graft/core/runtime/onnx/onnx-runtime'
import { openRuntime, requireOnnxDevice } from '@graft/core/runtime/open-runtime'
import { describeEnvironment } from '@graft/core/trial/environment'
import { createFeatureCache } from '@graft/storage/feature-cache'
import { createRemoteBlobStore } from '@graft/storage/remote-blob-store'
import { randomUUID } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobContext } from './job-context.ts'
import { jobTitle } from './job-title.ts'
import { lanesOf } from './lanes.ts'
import { runAttempt, type AttemptOutcome } from './run-attempt.ts'
import { createThreadRuntime } from './runtime/thread-runtime.ts'
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
  /** False while the engine is still in the middle of a run that was given up: it cannot be interrupted, only left. */
  engineEnded: boolean
}

const outcomeNames: Record<AttemptOutcome, string> = { finished: 'finished', failed: 'failed', released: 'given back to the queue', stale: 'left to another attempt', cancelled: 'cancelled' }

/** Milliseconds that the engine gets to end by itself. */
const engineGrace = 1000

/**
 * Registers with a server, then claims and does jobs until `signal` fires (or, with `exitWhenIdle`, until nothing is left): one
 * trial at a time, and beside it one short job at a time, so that nobody waits behind a training for an import or a prediction.
 * A server that goes away and comes back is waited for.
 * @throws GraftError `unauthorized`, or `unsupported` when server and worker are of different versions.
 */
export async function runWorker(options: WorkerOptions): Promise<WorkerOutcome> {
  const { server, token, cacheFolder, signal, log } = options
  let away = false
  const client = createWorkerClient({
    server,
    token,
    onWait(error) {
      if (!away) log(`${error.message} Trying again until it is there.`)
      away = true
    },
  })
  const shared = {
    cacheFolder,
    blobs: createRemoteBlobStore({ server, token, cacheFolder: path.join(cacheFolder, 'blobs'), maxCacheBytes: options.maxCacheBytes ?? 4 * 2 ** 30, retry: { attempts: 12, firstDelayMilliseconds: 250 } }),
    features: createFeatureCache(path.join(cacheFolder, 'features')),
  }
  const { device = 'cpu' } = options
  const tensorflow = device === 'tensorflow' ? await openRuntime(device, { cacheFolder, threads: options.threads }) : null
  if (tensorflow === null) await requireOnnxDevice(device, signal)
  const openLane = async (kinds: readonly JobKind[]) => {
    const graphs = await createThreadRuntime({ ...(tensorflow === null && { device }), ...(options.threads !== undefined && { threads: options.threads }) })
    return { kinds, graphs, runtime: tensorflow ?? (await createOnnxRuntime({ graphs })) }
  }
  const lanes = await Promise.all(lanesOf(options.kinds ?? jobKinds).map(openLane))
  const closeAll = () => Promise.all(lanes.map(({ graphs }) => graphs.close()))
  const worker: Worker = {
    options,
    client,
    tally: { finished: 0, failed: 0, released: 0, stale: 0, cancelled: 0 },
    failure: new AbortController(),
    registration: undefined,
    onAnswer: () => (away = false),
  }
  try {
    await registrationOf(worker, lanes[0]!.runtime)
    await Promise.all(lanes.map(({ kinds, graphs, runtime }) => runLane(worker, kinds, { ...shared, graphs, runtime })))
    const { workerId } = await worker.registration!
    await client.call((api, soon) => api.worker.leave.mutate({ workerId }, { signal: soon }), AbortSignal.timeout(3000)).catch((error: unknown) => log(`Left without telling the server: ${String(error)}`))
  } catch (error) {
    worker.failure.abort(error)
    if (!signal.aborted) {
      void closeAll()
      throw error
    }
    // Stopped while it waited for the server.
  }
  const engineEnded = await Promise.race([closeAll().then(() => true), sleep(engineGrace, false)])
  return { tally: worker.tally, engineEnded }
}

/** What the lanes of a worker share. */
interface Worker {
  options: WorkerOptions
  client: WorkerClient
  tally: WorkerOutcome['tally']
  /** Fires when one lane fails: the others end too. */
  failure: AbortController
  registration: Promise<Registration> | undefined
  onAnswer(): void
}

/** The registration with the server, made once for all lanes; anew where the server no longer knows `unknown`. */
async function registrationOf(worker: Worker, runtime: Tools['runtime'], unknown?: string): Promise<Registration> {
  const known = await worker.registration
  if (known === undefined || known.workerId === unknown) worker.registration = register(worker.options, worker.client, runtime)
  return worker.registration!
}

/** Claims and does jobs of some kinds, one after the other. */
async function runLane(worker: Worker, kinds: readonly JobKind[], tools: Tools): Promise<void> {
  const { options, client, tally, failure } = worker
  const signal = AbortSignal.any([options.signal, failure.signal])
  const laneOptions = { ...options, kinds, signal }
  try {
    let registration = await registrationOf(worker, tools.runtime)
    while (!signal.aborted) {
      const claimed = await claim(laneOptions, client, registration.workerId)
      worker.onAnswer()
      if (claimed === 'unknown-worker') registration = await registrationOf(worker, tools.runtime, registration.workerId)
      else if (claimed) await work(laneOptions, client, registration, tools, claimed, tally)
      else if (options.exitWhenIdle) break
    }
  } catch (error) {
    failure.abort(error)
    throw error
  }
}

type Tools = Pick<JobContext, 'runtime' | 'graphs' | 'blobs' | 'features' | 'cacheFolder'>
interface Registration { workerId: string; renewSeconds: number }

async function register({ name, cacheFolder, server, signal, log }: WorkerOptions, client: WorkerClient, runtime: Tools['runtime']): Promise<Registration> {
  const environment = describeEnvironment(runtime)
  const capacity = { device: environment.device, slots: 1, memoryBytes: os.totalmem(), labels: {} }
  const registration = await client.call((api, aborted) => api.worker.register.mutate({ ...capacity, name, protocolVersion: workerProtocolVersion, environment }, { signal: aborted }), signal)
  await syncModels(client, cacheFolder, signal)
  log(`Worker ${name} is at ${server} (${environment.device}, ${environment.cores} cores).`)
  return registration
}

/** Waits for a job at the server, so that an idle worker costs a request every 20 s. */
async function claim({ kinds = jobKinds, exitWhenIdle, signal }: WorkerOptions, client: WorkerClient, workerId: string): Promise<ClaimedJob | null | 'unknown-worker'> {
  try {
    const claimId = randomUUID() // the same in every try: a claim whose answer was lost is answered again
    const { job } = await client.call((api, aborted) => api.worker.claim.mutate({ workerId, claimId, kinds: [...kinds], waitSeconds: exitWhenIdle ? 0 : 20 }, { signal: aborted }), signal)
    return job
  } catch (error) {
    if (signal.aborted) return null
    if (isGraftError(error) && error.code === 'not_found') return 'unknown-worker'
    throw error
  }
}

async function work(options: WorkerOptions, client: WorkerClient, registration: Registration, tools: Tools, claimed: ClaimedJob, tally: WorkerOutcome['tally']): Promise<void> {
  const { log } = options
  const started = performance.now()
  const title = jobTitle(claimed)
  log(`${title}: started.`)
  const outcome = await runAttempt({
    claimed,
    workerId: registration.workerId,
    client,
    renewSeconds: registration.renewSeconds,
    stallSeconds: options.stallSeconds ?? 300,
    tools,
    shutdown: options.signal,
    log,
  })
  tally[outcome]++
  log(`${title}: ${outcomeNames[outcome]} after ${((performance.now() - started) / 1000).toFixed(1)} s.`)
}
