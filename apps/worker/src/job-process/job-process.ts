import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Extraction } from '@graft/contracts/extraction'
import { fromErrorReport, GraftError, toErrorReport } from '@graft/contracts/errors'
import type { JobPayload, JobProgress, JobResult } from '@graft/contracts/job'
import type { Environment, MetricPoint } from '@graft/contracts/trial'
import { countOutOfMemoryKills } from './out-of-memory-kills.ts'
import { preferToBeKilled, residentBytes } from './process-memory.ts'
import type { JobOrder, JobProcessOptions, JobReport, StopManner } from './messages.ts'
import { whyItEnded } from './why-it-ended.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const loader = import.meta.resolve('tsx')

/** Milliseconds that a job gets to stop by itself: a run of the engine cannot be interrupted. Then its process is killed. */
const graceMilliseconds = 2000
/** Characters of stderr that are kept for the error of a process that ends. */
const keptCharacters = 4000

/** What a job says while it runs. */
export interface JobListener {
  /** A trial will take about so many bytes: resolves with those that it may take, when it may begin. */
  admit(bytes: number): Promise<number>
  progress(progress: JobProgress): void
  metrics(points: readonly MetricPoint[]): void
  /** Resolves when the server has taken it into the job. */
  checkpoint(sha256: string): Promise<void>
  /** Other workers may take shards of an extraction. */
  invite(extraction: Extraction, shardsLeft: number): void
  log(line: string): void
}

export interface RunOptions {
  payload: JobPayload
  listener: JobListener
  /** Fires when the job has to stop; within two seconds it has, or its process is killed. */
  signal: AbortSignal
  /** Fires when it is to stop as soon as it has left a checkpoint. */
  stopAtCheckpoint: AbortSignal
}

export interface JobProcess {
  /**
   * Opens the device, where that has not been done. @throws GraftError when it cannot be used, or the signal's reason.
   */
  open(signal: AbortSignal): Promise<Environment>
  /**
   * Runs a job, in a new process where the one before was killed or died.
   * @throws GraftError what the job throws; the signal's reason when it fired; `out_of_memory` where the system killed the process
   * for its memory, `unavailable` where it ended otherwise.
   */
  run(options: RunOptions): Promise<JobResult>
  /** Id and resident memory of the process; null while there is none. */
  usage(): { pid: number; residentBytes: number } | null
  /** Whether a job runs in it. */
  isBusy(): boolean
  close(): void
}

interface Child {
  process: ChildProcess
  ready: Promise<Environment>
  /** Hears everything but `ready` and `unusable`. */
  listen: (report: JobReport) => void
  /** Rejects, with the reason, when the process ends. */
  ended: Promise<never>
  killed: boolean
  microbatch: number | null
  peakBytes: number
}

/**
 * A process in which jobs run one after another, apart from the worker that speaks with the server: whatever a job does (hang in
 * native code, hold its event loop, crash, take all memory), the worker renews its lease, can stop it, and says how it ended.
 */
export function createJobProcess(options: JobProcessOptions): JobProcess {
  let child: Child | null = null
  let busy = false
  const present = (): Child => (child ??= start(options, () => (child = null)))

  return {
    open: (signal) => Promise.race([present().ready, stoppedBy(signal)]),
    async run(run) {
      run.signal.throwIfAborted()
      const own = present()
      busy = true
      try {
        await Promise.race([own.ready, own.ended, stoppedBy(run.signal)])
        // A new process takes a while to be there: no time in which the job made no progress.
        run.listener.progress({ stage: 'starting', fraction: null, message: '' })
        return await runIn(own, run)
      } catch (error) {
        throw run.signal.aborted ? run.signal.reason : error
      } finally {
        busy = false
      }
    },
    isBusy: () => busy,
    usage: () => (child?.process.pid === undefined ? null : { pid: child.process.pid, residentBytes: residentBytes(child.process.pid) ?? 0 }),
    close() {
      if (child !== null) kill(child)
      child = null
    },
  }
}

function start(options: JobProcessOptions, onEnd: () => void): Child {
  const killsBefore = countOutOfMemoryKills()
  const started = fork(main, [], { execArgv: ['--import', loader], serialization: 'advanced', stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
  if (started.pid !== undefined) preferToBeKilled(started.pid)
  let lastWords = ''
  started.stderr!.setEncoding('utf8').on('data', (text: string) => {
    process.stderr.write(text)
    lastWords = (lastWords + text).slice(-keptCharacters)
  })
  const sampling = setInterval(() => (own.peakBytes = Math.max(own.peakBytes, residentBytes(started.pid) ?? 0)), 500)
  let isReady: (environment: Environment) => void
  let isNot: (error: unknown) => void
  const ready = new Promise<Environment>((resolve, reject) => ([isReady, isNot] = [resolve, reject]))
  const ended = once(started, 'exit').then((end): never => {
    const [code, signal] = end as [number | null, NodeJS.Signals | null]
    clearInterval(sampling)
    onEnd()
    const error = own.killed ? new GraftError('aborted', 'Stopped.') : whyItEnded({ code, signal, lastWords, killedForMemory: countOutOfMemoryKills() > killsBefore, peakBytes: own.peakBytes, microbatch: own.microbatch })
    isNot(error)
    throw error
  })
  ready.catch(() => undefined)
  ended.catch(() => undefined)
  started.on('message', (report: JobReport) => {
    if (report.kind === 'ready') isReady(report.environment)
    else if (report.kind === 'unusable') {
      isNot(fromErrorReport(report.error))
      kill(own)
    } else own.listen(report)
  })
  const own: Child = { process: started, ready, ended, listen: () => undefined, killed: false, microbatch: null, peakBytes: 0 }
  tell(own, { kind: 'open', options })
  return own
}

async function runIn(child: Child, { payload, listener, signal, stopAtCheckpoint }: RunOptions): Promise<JobResult> {
  child.microbatch = null
  const stop = (manner: StopManner): void => tell(child, { kind: 'stop', manner })
  const stopSoon = (): void => stop('at-checkpoint')
  let patience: NodeJS.Timeout | undefined
  const stopNow = (): void => {
    stop('now')
    patience = setTimeout(() => kill(child), graceMilliseconds)
  }
  const result = new Promise<JobResult>((resolve, reject) => {
    child.listen = (report) => {
      switch (report.kind) {
        case 'progress':
          return listener.progress(report.progress)
        case 'metrics':
          return listener.metrics(report.points)
        case 'invite':
          return listener.invite(report.extraction, report.shardsLeft)
        case 'log':
          return listener.log(report.line)
        case 'microbatch':
          return void (child.microbatch = report.size)
        case 'estimate':
          // Refused only where the job is to stop, which it is told anyway.
          return void listener.admit(report.bytes).then(
            (memoryBudget) => tell(child, { kind: 'admitted', memoryBudget }),
            () => undefined,
          )
        case 'checkpoint':
          return void listener.checkpoint(report.sha256).then(
            () => tell(child, { kind: 'checkpointed', error: null }),
            (error: unknown) => tell(child, { kind: 'checkpointed', error: toErrorReport(error) }),
          )
        case 'finished':
          return resolve(report.result)
        case 'failed':
          return reject(fromErrorReport(withMicrobatch(report.error, child.microbatch)))
      }
    }
  })
  signal.addEventListener('abort', stopNow, { once: true })
  stopAtCheckpoint.addEventListener('abort', stopSoon, { once: true })
  tell(child, { kind: 'run', payload })
  if (signal.aborted) stopNow()
  else if (stopAtCheckpoint.aborted) stopSoon()
  try {
    return await Promise.race([result, child.ended])
  } finally {
    child.listen = () => undefined
    clearTimeout(patience)
    signal.removeEventListener('abort', stopNow)
    stopAtCheckpoint.removeEventListener('abort', stopSoon)
  }
}

/** What did not fit, so that the next attempt can take less. */
const withMicrobatch = <Report extends { code: string; details?: Record<string, unknown> }>(report: Report, microbatch: number | null): Report =>
  report.code === 'out_of_memory' && microbatch !== null ? { ...report, details: { microbatch, ...report.details } } : report

function tell(child: Child, order: JobOrder): void {
  // A process that has just ended: `ended` tells.
  if (child.process.connected) child.process.send(order, () => undefined)
}

function kill(child: Child): void {
  child.killed = true
  child.process.kill('SIGKILL')
}

function stoppedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
