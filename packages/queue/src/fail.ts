import type { ErrorReport } from '@graft/contracts/errors'
import type { JobKind, JobPayload } from '@graft/contracts/job'
import type { AttemptReference, FaultCause } from '@graft/contracts/worker-protocol'
import type { Database } from '@graft/db/client'
import type { Attempt, Job } from '@graft/db/generated/client'
import type { Statement, StatementRunner } from '@graft/db/statements'
import { assertAttemptOrEnded } from './assert-attempt.ts'
import { dismissHelpers } from './dismiss-helpers.ts'
import { endAttempt } from './end-attempt.ts'
import { interruptedState } from './interrupted-state.ts'
import { jobRules, outOfMemoryAttemptsAllowed } from './job-rules.ts'
import { changeJobState } from './job-state.ts'
import { loseAttempt } from './lose-attempt.ts'
import { countNodeFault } from './node-faults.ts'
import { dropCheckpoints } from './record-checkpoint.ts'

export interface Failure {
  error: ErrorReport
  /** Whether another attempt may succeed. */
  retryable: boolean
  cause: FaultCause
}

/**
 * Ends an attempt with an error. The job is queued again where that may help and the rules allow another go, else it fails. A loss
 * that is not finite ends a trial as diverged; a fault of the machine counts on the worker, and on the job as a lost attempt.
 *
 * @throws GraftError `stale_attempt`.
 */
export async function failAttempt(db: Database, reference: AttemptReference, failure: Failure): Promise<void> {
  await db.statements.transaction(async (tx) => {
    const job = await assertAttemptOrEnded(tx, reference, isFailure)
    if (job === null) return
    if (failure.cause === 'node') {
      await countNodeFault(tx, reference.workerId, failure.error)
      return loseAttempt(tx, job, failure.error)
    }
    if (failure.error.code === 'diverged') return diverge(tx, job, failure.error)
    await endAttempt(tx, job, 'failed', failure.error)
    if (failure.error.code === 'out_of_memory') return tryWithLess(tx, job, failure.error)
    return tryAgain(tx, job, failure)
  })
}

/** An attempt that was lost with an error was lost by a fault of the machine, as its worker told. */
const isFailure = ({ state, error }: Attempt): boolean => state === 'failed' || state === 'diverged' || (state === 'lost' && error !== null)

async function diverge(tx: StatementRunner, job: Job, error: ErrorReport): Promise<void> {
  await endAttempt(tx, job, 'diverged', error)
  await dropCheckpoints(tx, job)
  await changeJobState(tx, job, 'diverged', { error })
}

async function tryAgain(tx: StatementRunner, job: Job, { error, retryable }: Failure): Promise<void> {
  const rule = jobRules[job.kind as JobKind]
  const failedAttempts = job.failedAttempts + 1
  if (!retryable || failedAttempts >= rule.failures) {
    await dismissHelpers(tx, [job])
    return changeJobState(tx, job, 'failed', { failedAttempts, error })
  }
  return changeJobState(tx, job, interruptedState(job), { failedAttempts, error, delaySeconds: rule.retryDelaySeconds * 2 ** (failedAttempts - 1) })
}

const limitMicrobatch: Statement = { name: 'limit-microbatch', text: `UPDATE "Job" SET payload = payload || jsonb_build_object('microbatchLimit', $2::int) WHERE id = $1` }

/** Out of memory: once more, with half as many images at once. */
async function tryWithLess(tx: StatementRunner, job: Job, error: ErrorReport): Promise<void> {
  const outOfMemoryAttempts = job.outOfMemoryAttempts + 1
  if (job.kind !== 'trial' || outOfMemoryAttempts >= outOfMemoryAttemptsAllowed) return changeJobState(tx, job, 'failed', { outOfMemoryAttempts, error })
  const payload = job.payload as unknown as JobPayload & { kind: 'trial' }
  const told = error.details?.['microbatch']
  const tooLarge = typeof told === 'number' && told >= 1 ? told : Math.max(...payload.recipe.phases.map(({ batchSize }) => batchSize))
  const microbatchLimit = Math.max(1, Math.floor(tooLarge / 2))
  await tx.run(limitMicrobatch, [job.id, microbatchLimit])
  return changeJobState(tx, job, interruptedState(job), { outOfMemoryAttempts, error })
}
