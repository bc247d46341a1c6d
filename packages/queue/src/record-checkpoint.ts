import { GraftError } from '@graft/contracts/errors'
import type { AttemptReference } from '@graft/contracts/worker-protocol'
import type { Database } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import type { Statement, StatementRunner } from '@graft/db/statements'
import { assertAttempt } from './assert-attempt.ts'

const kept = 2

const noteLeftovers: Statement = { name: 'note-leftovers', text: 'INSERT INTO "Leftover" (sha256) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING' }
const needAgain: Statement = { name: 'need-again', text: 'DELETE FROM "Leftover" WHERE sha256 = $1' }
const noteCheckpoints: Statement = { name: 'note-checkpoints', text: `UPDATE "Job" SET payload = payload || jsonb_build_object('checkpoints', $2::jsonb) WHERE id = $1` }

/**
 * Notes the checkpoint of a trial in its job, so that the next attempt is given it and the one before it. What is older becomes a
 * leftover of the storage.
 *
 * @throws GraftError `stale_attempt`; `invalid_input` for a job that is no trial.
 */
export async function recordCheckpoint(db: Database, reference: AttemptReference, sha256: string): Promise<void> {
  await db.statements.transaction(async (tx) => {
    const job = await assertAttempt(tx, reference)
    if (job.kind !== 'trial') throw new GraftError('invalid_input', `A job of the kind ${job.kind} has no checkpoints.`)
    await keepCheckpoints(tx, job, [sha256, ...checkpointsOf(job).filter((other) => other !== sha256)].slice(0, kept))
    // The same content may have been left over by an attempt before this one.
    await tx.run(needAgain, [sha256])
  })
}

/** A trial that is through needs no checkpoints. */
export const dropCheckpoints = (tx: StatementRunner, job: Job): Promise<void> => keepCheckpoints(tx, job, [])

async function keepCheckpoints(tx: StatementRunner, job: Job, checkpoints: readonly string[]): Promise<void> {
  const before = checkpointsOf(job)
  if (before.length === 0 && checkpoints.length === 0) return
  await tx.run(noteLeftovers, [before.filter((sha256) => !checkpoints.includes(sha256))])
  await tx.run(noteCheckpoints, [job.id, JSON.stringify(checkpoints)])
}

const checkpointsOf = (job: Job): string[] => (job.payload as { checkpoints?: string[] }).checkpoints ?? []
