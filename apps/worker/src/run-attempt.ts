import { isGraftError, toErrorReport, type ErrorReport } from '@graft/contracts/errors'
import type { JobResult } from '@graft/contracts/job'
import type { AttemptReference, ClaimedJob } from '@graft/contracts/worker-protocol'
import type { JobContext } from './job-context.ts'
import { jobTitle } from './job-title.ts'
import { runJob } from './jobs/run-job.ts'
import { holdLease, type Lease } from './lease.ts'
import { createMetricSender } from './metric-sender.ts'
import type { WorkerClient } from './worker-client.ts'

/** Seconds that a job gets to stop by itself once the worker shuts down; then its attempt is released and left behind. */
const graceSeconds = 2

export type AttemptOutcome = 'finished' | 'failed' | 'released' | 'stale' | 'cancelled'

export interface AttemptOptions {
  claimed: ClaimedJob
  workerId: string
  client: WorkerClient
  renewSeconds: number
  stallSeconds: number
  tools: Pick<JobContext, 'runtime' | 'graphs' | 'blobs' | 'features' | 'cacheFolder'>
  /** Fires when the worker shuts down. */
  shutdown: AbortSignal
  log(line: string): void
}

/**
 * One attempt at one job, from claim to its last write: computes, keeps the lease, sends metrics as epochs end, and tells the
 * server how it ended. A stale attempt writes nothing more. Never rejects.
 */
export async function runAttempt(options: AttemptOptions): Promise<AttemptOutcome> {
  const { claimed, client, shutdown } = options
  const reference: AttemptReference = { jobId: claimed.jobId, attempt: claimed.attempt, workerId: options.workerId }
  const job = new AbortController()
  const stop = () => job.abort(shutdown.reason)
  if (shutdown.aborted) stop()
  shutdown.addEventListener('abort', stop, { once: true })
  const lease = holdLease({
    renew: (progress) => client.callOnce((server, signal) => server.worker.renew.mutate({ ...reference, progress }, { signal }), AbortSignal.any([job.signal, AbortSignal.timeout(options.renewSeconds * 2000)])),
    renewSeconds: options.renewSeconds,
    stallSeconds: options.stallSeconds,
    job,
  })
  try {
    return await compute(options, reference, job, lease)
  } catch (error) {
    return job.signal.aborted ? await tellEnd(options, reference, job.signal.reason, true) : await tellEnd(options, reference, error, false)
  } finally {
    lease.stop()
    shutdown.removeEventListener('abort', stop)
  }
}

async function compute(options: AttemptOptions, reference: AttemptReference, job: AbortController, lease: Lease): Promise<'finished'> {
  const { progress } = lease
  const { claimed, client, shutdown, tools } = options
  const sender = createMetricSender(async (points) => {
    try {
      await client.call((server, signal) => server.worker.metrics.mutate({ ...reference, points }, { signal }), job.signal)
    } catch (error) {
      job.abort(error)
      throw error
    }
  })
  const checkpoint = (sha256: string): Promise<void> => client.call((server, signal) => server.worker.checkpoint.mutate({ ...reference, sha256 }, { signal }), job.signal)
  const context: JobContext = { ...tools, progress, metrics: (points) => sender.push(points), checkpoint, log: (line) => options.log(`${jobTitle(claimed)}: ${line}`), signal: job.signal }
  const work = runJob(claimed.payload, context)
  const settled = new AbortController()
  const result: JobResult = await Promise.race([work, givenUp(shutdown, settled.signal)]).finally(() => settled.abort())
  await sender.flush()
  job.signal.throwIfAborted()
  lease.reporting()
  progress({ stage: 'reporting', fraction: null, message: '' })
  await client.call((server, signal) => server.worker.finish.mutate({ ...reference, result }, { signal }), job.signal)
  return 'finished'
}

/** Rejects some time after the worker began to shut down: a running matrix product cannot be interrupted, only left. */
function givenUp(shutdown: AbortSignal, settled: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const later = () => setTimeout(() => reject(shutdown.reason), graceSeconds * 1000).unref()
    if (shutdown.aborted) later()
    else shutdown.addEventListener('abort', later, { once: true, signal: settled })
  })
}

/** Tells the server why the attempt ended without a result. */
async function tellEnd(options: AttemptOptions, reference: AttemptReference, error: unknown, stopped: boolean): Promise<AttemptOutcome> {
  const { client, shutdown, log } = options
  const report = toErrorReport(error)
  if (report.code === 'stale_attempt') {
    log(`${jobTitle(options.claimed)}: lost its lease; nothing more is written.`)
    return 'stale'
  }
  // The server has taken a cancelled job away already.
  if (stopped && report.code === 'aborted' && !shutdown.aborted) return 'cancelled'
  try {
    if (shutdown.aborted) {
      await client.call((server, signal) => server.worker.release.mutate(reference, { signal }), AbortSignal.timeout(3000))
      return 'released'
    }
    log(`${jobTitle(options.claimed)}: ${report.message}`)
    await client.call((server, signal) => server.worker.fail.mutate({ ...reference, error: report, retryable: mayHelpAgain(report) }, { signal }), shutdown)
    return 'failed'
  } catch (refusal) {
    log(`${jobTitle(options.claimed)}: how it ended was not recorded: ${isGraftError(refusal) ? refusal.message : String(refusal)}`)
    return isGraftError(refusal) && refusal.code === 'stale_attempt' ? 'stale' : 'failed'
  }
}

/** Another attempt helps where a server was away. Weights that cannot be fetched (told at the field `model`, after the download's own tries) wait for a person to place the file. */
const mayHelpAgain = ({ code, field }: ErrorReport): boolean => code === 'unavailable' && field !== 'model'
