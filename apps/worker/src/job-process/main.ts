import { GraftError, fromErrorReport, toErrorReport } from '@graft/contracts/errors'
import type { JobPayload } from '@graft/contracts/job'
import { describeEnvironment } from '@graft/core/trial/environment'
import type { JobContext } from '../job-context.ts'
import { runJob } from '../jobs/run-job.ts'
import { endWithParent } from './end-with-parent.ts'
import { toJobError } from './job-error.ts'
import type { JobOrder, JobReport } from './messages.ts'
import { openTools, type JobTools } from './open-tools.ts'

// The process in which jobs run, one at a time: started by createJobProcess, told what to do by messages.
endWithParent()

let tools: JobTools
let job: { now: AbortController; atCheckpoint: AbortController; isTraining: boolean } | null = null
let admitted: ((memoryBudget: number) => void) | null = null
let checkpointed: ((error: GraftError | null) => void) | null = null

const report = (message: JobReport): void => void process.send?.(message)
const stopped = (): GraftError => new GraftError('aborted', 'Stopped.')

process.on('message', (order: JobOrder) => {
  switch (order.kind) {
    case 'open':
      return void openTools(order.options).then(
        (opened) => {
          tools = opened
          report({ kind: 'ready', environment: describeEnvironment(opened.runtime) })
        },
        (error: unknown) => report({ kind: 'unusable', error: toErrorReport(error) }),
      )
    case 'run':
      return void run(order.payload)
    case 'admitted':
      return admitted?.(order.memoryBudget)
    case 'checkpointed':
      return checkpointed?.(order.error && fromErrorReport(order.error))
    case 'stop':
      // Only a training has checkpoints: whatever else is under way is as well stopped at once.
      return (order.manner === 'at-checkpoint' && job?.isTraining ? job.atCheckpoint : job?.now)?.abort(stopped())
  }
})

async function run(payload: JobPayload): Promise<void> {
  const own = { now: new AbortController(), atCheckpoint: new AbortController(), isTraining: false }
  job = own
  const context: JobContext = {
    ...tools,
    admit: (bytes) => askToBegin(bytes, own.now.signal),
    progress(progress) {
      own.isTraining = progress.stage === 'training'
      report({ kind: 'progress', progress })
    },
    metrics: (points) => report({ kind: 'metrics', points }),
    checkpoint: tellCheckpoint,
    invite: (extraction, shardsLeft) => report({ kind: 'invite', extraction, shardsLeft }),
    microbatch: (size) => report({ kind: 'microbatch', size }),
    log: (line) => report({ kind: 'log', line }),
    signal: own.now.signal,
    stopAtCheckpoint: own.atCheckpoint.signal,
  }
  try {
    const result = await runJob(payload, context)
    report({ kind: 'finished', result })
  } catch (error) {
    report({ kind: 'failed', error: toJobError(error) })
  } finally {
    job = null
  }
}

function askToBegin(bytes: number, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    admitted = resolve
    report({ kind: 'estimate', bytes })
  })
}

function tellCheckpoint(sha256: string): Promise<void> {
  return new Promise((resolve, reject) => {
    checkpointed = (error) => (error === null ? resolve() : reject(error))
    report({ kind: 'checkpoint', sha256 })
  })
}
