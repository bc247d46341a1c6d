import { isGraftError, GraftError, toErrorReport, type ErrorReport } from '@graft/contracts/errors'
import type { JobResult } from '@graft/contracts/job'
import type { AttemptOrder, AttemptReference, ClaimedJob } from '@graft/contracts/worker-protocol'
import type { Admission, Admitted } from './admission.ts'
import { createAttemptStop, stopReasons, type AttemptStop, type StopReason } from './attempt-stop.ts'
import type { JobProcess } from './job-process/job-process.ts'
import { isNodeFault } from './node-fault.ts'
import { jobTitle } from './job-title.ts'
import { holdLease, type Lease } from './lease.ts'
import { createMetricSender } from './metric-sender.ts'
import type { WorkerApi, WorkerClient } from './worker-client.ts'

/** Seconds that a training gets to leave a checkpoint once the worker shuts down: a supervisor waits 30 before it kills. */
const checkpointSeconds = 15
/** Seconds for telling the server how it ended, once the worker shuts down. */
const farewellSeconds = 5

/** `disk-full`: paused, because there was no room for what it writes. */
export type AttemptOutcome = 'finished' | 'failed' | 'released' | 'paused' | 'disk-full' | 'pruned' | 'stale' | 'cancelled'

export interface AttemptOptions {
  claimed: ClaimedJob
  workerId: string
  client: WorkerClient
  renewSeconds: number
  stallSeconds: number
  /** Where the job runs. */
  jobs: JobProcess
  /** Whether the memory takes a trial beside others. */
  admission: Admission
  /** Fires when the worker shuts down. */
  shutdown: AbortSignal
  log(line: string): void
}

/**
 * One attempt at one job, from claim to its last write: has it computed, keeps the lease, sends metrics as epochs end, and tells the
 * server how it ended. A stale attempt writes nothing more. Never rejects.
 */
export async function runAttempt(options: AttemptOptions): Promise<AttemptOutcome> {
  const { claimed, client, shutdown } = options
  const reference: AttemptReference = { jobId: claimed.jobId, attempt: claimed.attempt, workerId: options.workerId }
  const stop = createAttemptStop()
  const leave = () => stop.stopAtCheckpoint(stopReasons.shutdown(), checkpointSeconds)
  if (shutdown.aborted) leave()
  shutdown.addEventListener('abort', leave, { once: true })
  const lease = holdLease({
    renew: (progress) => client.callOnce((server, signal) => server.worker.renew.mutate({ ...reference, progress }, { signal }), AbortSignal.any([stop.now, AbortSignal.timeout(options.renewSeconds * 2000)])),
    obey: ({ order }) => obey(order, stop),
    renewSeconds: options.renewSeconds,
    stallSeconds: options.stallSeconds,
    stop,
  })
  try {
    return await compute(options, reference, stop, lease)
  } catch (error) {
    return await tellEnd(options, reference, stop.reason() ?? { kind: 'failed', error })
  } finally {
    lease.stop()
    shutdown.removeEventListener('abort', leave)
  }
}

/** Does what an answer of the server asks for. */
function obey(order: AttemptOrder, stop: AttemptStop): void {
  switch (order) {
    case 'continue':
      return
    case 'cancel':
      return stop.stop(stopReasons.cancelled())
    case 'prune':
      return stop.stop(stopReasons.pruned())
    case 'pause':
      return stop.stopAtCheckpoint(stopReasons.paused(), checkpointSeconds)
  }
}

async function compute(options: AttemptOptions, reference: AttemptReference, stop: AttemptStop, lease: Lease): Promise<'finished'> {
  const { claimed, client, jobs, shutdown } = options
  const sender = createMetricSender(async (points) => {
    try {
      const { order } = await client.call((server, signal) => server.worker.metrics.mutate({ ...reference, points }, { signal }), stop.now)
      obey(order, stop)
    } catch (error) {
      stop.stop(stopReasons.refused(asGraftError(error)))
      throw error
    }
  })
  let admitted: Admitted | null = null
  const result: JobResult = await jobs.run({
    payload: claimed.payload,
    listener: {
      async admit(bytes) {
        admitted = await options.admission.admit(bytes, stop.now, (needed, free) => lease.progress({ stage: 'waiting for memory', fraction: null, message: `${gigabytes(needed)} needed, ${gigabytes(free)} free` }))
        return admitted.memoryBudget
      },
      progress: lease.progress,
      metrics: sender.push,
      checkpoint: (sha256) => client.call((server, signal) => server.worker.checkpoint.mutate({ ...reference, sha256 }, { signal }), stop.now),
      // Nothing depends on it: the trial's own worker computes what nobody else does.
      invite: (extraction, shardsLeft) => void client.callOnce((server, signal) => server.worker.invite.mutate({ ...reference, extraction, shardsLeft }, { signal }), stop.now).catch(() => undefined),
      log: (line) => options.log(`${jobTitle(claimed)}: ${line}`),
    },
    signal: stop.now,
    stopAtCheckpoint: stop.atCheckpoint,
  }).finally(() => admitted?.leave())
  await sender.flush()
  stop.now.throwIfAborted()
  lease.reporting()
  lease.progress({ stage: 'reporting', fraction: null, message: '' })
  // A large import's result takes a while to be written.
  await client.call((server, signal) => server.worker.finish.mutate({ ...reference, result }, { signal }), shutdown.aborted ? AbortSignal.timeout(farewellSeconds * 1000) : stop.now, { patienceSeconds: 150 })
  return 'finished'
}

/** Tells the server why the attempt ended without a result. */
async function tellEnd(options: AttemptOptions, reference: AttemptReference, why: StopReason | { kind: 'failed'; error: unknown }): Promise<AttemptOutcome> {
  const { client, shutdown, log } = options
  const title = jobTitle(options.claimed)
  const report = toErrorReport(why.error)
  if (why.kind === 'stale' || report.code === 'stale_attempt') {
    log(`${title}: lost its lease; nothing more is written.`)
    return 'stale'
  }
  // The server has taken a cancelled job away already.
  if (why.kind === 'cancelled') return 'cancelled'
  const farewell = shutdown.aborted ? AbortSignal.timeout(farewellSeconds * 1000) : shutdown
  try {
    return await client.call((server, signal) => tell(server, why.kind, { reference, report, log: (line) => log(`${title}: ${line}`), signal }), farewell)
  } catch (refusal) {
    log(`${title}: how it ended was not recorded: ${isGraftError(refusal) ? refusal.message : String(refusal)}`)
    return isGraftError(refusal) && refusal.code === 'stale_attempt' ? 'stale' : 'failed'
  }
}

async function tell(server: WorkerApi, kind: StopReason['kind'] | 'failed', o: { reference: AttemptReference; report: ErrorReport; log(line: string): void; signal: AbortSignal }): Promise<AttemptOutcome> {
  const { reference, report, signal } = o
  switch (kind) {
    case 'shutdown':
      await server.worker.release.mutate(reference, { signal })
      return 'released'
    case 'pruned':
      await server.worker.prune.mutate(reference, { signal })
      return 'pruned'
    case 'paused':
      await server.worker.pause.mutate({ ...reference, reason: null }, { signal })
      return 'paused'
    default:
  }
  o.log(report.message)
  // A person has to make room; until then it waits at its last checkpoint.
  if (report.code === 'disk_full') {
    await server.worker.pause.mutate({ ...reference, reason: report }, { signal })
    return 'disk-full'
  }
  await server.worker.fail.mutate({ ...reference, error: report, retryable: mayHelpAgain(report), cause: isNodeFault(report) ? 'node' : 'job' }, { signal })
  return 'failed'
}

const gigabytes = (bytes: number): string => `${(Math.max(0, bytes) / 1e9).toFixed(1)} GB`

const asGraftError = (error: unknown): GraftError => (isGraftError(error) ? error : new GraftError('internal', String(error), { cause: error }))

/**
 * Another attempt helps where a server was away or a process died. Weights that cannot be fetched (told at the field `model`, after the
 * download's own tries) wait for a person to place the file.
 */
const mayHelpAgain = ({ code, field }: ErrorReport): boolean => (code === 'unavailable' && field !== 'model') || code === 'out_of_memory'
