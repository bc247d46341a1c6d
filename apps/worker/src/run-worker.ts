import { isGraftError } from '@graft/contracts/errors'
import { jobKinds } from '@graft/contracts/job'
import type { WorkerMode, WorkerStanding } from '@graft/contracts/worker-protocol'
import os from 'node:os'
import { createAdmission } from './admission.ts'
import { claimDevice } from './device-claim.ts'
import { watchForFreezes } from './freeze-watch.ts'
import { healthFile, type HealthFile } from './health-file.ts'
import { keepHeartbeat } from './heartbeat.ts'
import { createJobProcess } from './job-process/job-process.ts'
import { lanesOf } from './lanes.ts'
import { freeMemory, gpuOf, machineMemory } from './machine.ts'
import { readGpus } from './nvidia-smi.ts'
import { createRegistrar } from './registration.ts'
import type { AttemptOutcome } from './run-attempt.ts'
import { requireServer } from './require-server.ts'
import { syncModels } from './sync-models.ts'
import { createWorkerClient, type WorkerClient } from './worker-client.ts'
import { runLane, type LaneShare } from './worker-lane.ts'
import { defaultCacheBytes, type WorkerOptions } from './worker-options.ts'
import { readUsage } from './worker-usage.ts'

export interface WorkerOutcome {
  /** Attempts by how they ended. */
  tally: Record<AttemptOutcome, number>
  /** True where it ended because this process had been stopped for longer than a lease. */
  frozen: boolean
}

/** Of the memory, for trials; the rest is for the system, its file cache and other processes. */
const memoryShare = 0.7

/**
 * Registers with a server, then claims and does jobs until `signal` fires (or, with `exitWhenIdle`, until nothing is left): as many
 * trials at once as it has slots and memory for, and beside them one short job at a time, so that nobody waits behind a training for an
 * import or a prediction. Jobs run in processes of their own; this one speaks with the server. A server that goes away and comes back
 * is waited for. It also ends when it finds that it was stopped for longer than its lease.
 * @throws GraftError `unauthorized`; `not_found` where something else answers at the address; `conflict` when server and worker are of different versions, or another worker has the device; `unavailable` for a device that is
 * not usable here.
 */
export async function runWorker(options: WorkerOptions): Promise<WorkerOutcome> {
  const { server, token, signal, log } = options
  let away = false
  const client = createWorkerClient({
    server,
    token,
    onWait(error) {
      if (!away) log(`${error.message} Trying again until it is there.${error.details?.['certificate'] === undefined ? '' : ` ${error.hint}`}`)
      away = true
    },
  })
  const giveBackDevice = await claimDevice(options.device ?? 'cpu', options.visibleGpus)
  const lanes = openLanes(options)
  const failure = new AbortController()
  const frozen = new AbortController()
  const freezes = watchForFreezes()
  const health = healthFile(options.healthFile)
  const tally: WorkerOutcome['tally'] = { finished: 0, failed: 0, released: 0, paused: 0, 'disk-full': 0, pruned: 0, stale: 0, cancelled: 0 }
  try {
    await requireServer(server, signal)
    const [, environment] = await Promise.all([requireEntry(options, client), lanes[0]!.jobs.open(signal)])
    const registrar = createRegistrar(options, client, environment)
    const share: LaneShare = { options, client, registrar, tally, admission: memoryAdmission(options), freezes, frozen, onAnswer: () => (away = false), onStanding: tellStanding(log) }
    const { heartbeatSeconds } = await registrar.current()
    const ending = AbortSignal.any([signal, failure.signal, frozen.signal])
    const through = new AbortController()
    const beat = keepHeartbeat({
      client,
      workerId: async () => (await registrar.current()).workerId,
      seconds: heartbeatSeconds,
      usage: () => readUsage(lanes.reduce((sum, { jobs }) => sum + (jobs.usage()?.residentBytes ?? 0), 0), options.cacheFolder),
      onStanding: share.onStanding,
      onBeat: tellHealth(options, health, () => lanes.filter(({ jobs }) => jobs.isBusy()).length),
      signal: AbortSignal.any([failure.signal, through.signal]),
    })
    await Promise.all(lanes.map(({ kinds, jobs }) => runLane(share, kinds, jobs, ending).catch((error: unknown) => fail(failure, error))))
    through.abort()
    await beat
    const { workerId } = await registrar.current()
    await client.call((api, soon) => api.worker.leave.mutate({ workerId }, { signal: soon }), AbortSignal.timeout(3000)).catch((error: unknown) => log(`Left without telling the server: ${String(error)}`))
  } catch (error) {
    failure.abort(error)
    // Else stopped while it waited for the server.
    if (!signal.aborted) throw error
  } finally {
    freezes.end()
    for (const { jobs } of lanes) jobs.close()
    await health.remove().catch(() => undefined)
    await giveBackDevice()
  }
  return { tally, frozen: frozen.signal.aborted }
}

/** One lane that fails ends the others too. */
function fail(failure: AbortController, error: unknown): never {
  failure.abort(error)
  throw error
}

function openLanes(options: WorkerOptions) {
  const { server, token, cacheFolder, maxCacheBytes = defaultCacheBytes, device = 'cpu', slots = 1, checkpointSeconds, shardImages } = options
  const threads = options.threads ?? (slots > 1 ? Math.max(1, Math.floor(os.availableParallelism() / slots)) : undefined)
  return lanesOf(options.kinds ?? jobKinds, slots).map((kinds) => ({
    kinds,
    jobs: createJobProcess({ server, token, cacheFolder, maxCacheBytes, device, ...(threads !== undefined && { threads }), ...(checkpointSeconds !== undefined && { checkpointSeconds }), ...(shardImages !== undefined && { shardImages }) }),
  }))
}

/** Trials are let in by the device's free memory, or the machine's where that is what computes. */
function memoryAdmission({ device = 'cpu', visibleGpus }: WorkerOptions) {
  const total = memoryShare * machineMemory()
  return createAdmission({
    total,
    async free() {
      const machine = Math.max(0, freeMemory() - (machineMemory() - total))
      const gpu = gpuOf(device, device === 'cpu' ? [] : await readGpus(), visibleGpus)
      return gpu?.memoryTotalBytes == null || gpu.memoryUsedBytes === null ? machine : Math.min(machine, gpu.memoryTotalBytes - gpu.memoryUsedBytes)
    },
  })
}

/** A server that takes no such token says so at once, while the device is still being opened. What else is wrong, registering tells. */
async function requireEntry({ cacheFolder, signal }: WorkerOptions, client: WorkerClient): Promise<void> {
  try {
    await syncModels(client, cacheFolder, signal)
  } catch (error) {
    if (isGraftError(error) && (error.code === 'unauthorized' || error.code === 'forbidden')) throw error
  }
}

/** Says when the server no longer gives jobs, or gives them again. */
function tellStanding(log: (line: string) => void): (standing: WorkerStanding) => void {
  let before: WorkerMode = 'ready'
  return ({ mode, reason }) => {
    if (mode === before) return
    before = mode
    log(mode === 'ready' ? 'The server gives this worker jobs again.' : `The server gives this worker no more jobs (${mode}): ${reason ?? ''}`)
  }
}

/** Writes what a supervisor may look at, with each heartbeat. */
function tellHealth({ name, server }: WorkerOptions, file: HealthFile, busy: () => number): (standing: WorkerStanding | null) => Promise<void> {
  let answeredAt: string | null = null
  let mode: WorkerMode | null = null
  return (standing) => {
    const at = new Date().toISOString()
    if (standing !== null) [answeredAt, mode] = [at, standing.mode]
    return file.write({ at, worker: name, server, answeredAt, mode, jobs: busy() })
  }
}
