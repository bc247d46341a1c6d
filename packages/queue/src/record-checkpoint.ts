import { GraftError } from '@graft/contracts/errors'
import type { AttemptReference } from '@graft/contracts/worker-protocol'
import type { Database, Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import { assertAttempt } from './assert-attempt.ts'

const kept = 2

/**
 * Notes the checkpoint of a trial in its job, so that the next attempt is given it and the one before it. What is older becomes a
 * leftover of the storage.
 *
 * @throws GraftError `stale_attempt`; `invalid_input` for a job that is no trial.
 */
export async function recordCheckpoint(db: Database, reference: AttemptReference, sha256: string): Promise<void> {
  await db.$transaction(async (tx) => {
    const job = await assertAttempt(tx, reference)
    if (job.kind !== 'trial') throw new GraftError('invalid_input', `A job of the kind ${job.kind} has no checkpoints.`)
    await keepCheckpoints(tx, job, [sha256, ...checkpointsOf(job).filter((other) => other !== sha256)].slice(0, kept))
    // The same content may have been left over by an attempt before this one.
    await tx.leftover.deleteMany({ where: { sha256 } })
  })
}

/** A trial that is through needs no checkpoints. */
export const dropCheckpoints = (tx: Transaction, job: Job): Promise<void> => keepCheckpoints(tx, job, [])

async function keepCheckpoints(tx: Transaction, job: Job, checkpoints: readonly string[]): Promise<void> {
  const gone = checkpointsOf(job).filter((sha256) => !checkpoints.includes(sha256))
  await tx.leftover.createMany({ data: gone.map((sha256) => ({ sha256 })), skipDuplicates: true })
  await tx.job.update({ where: { id: job.id }, data: { payload: { ...(job.payload as object), checkpoints: [...checkpoints] } } })
}

const checkpointsOf = (job: Job): string[] => (job.payload as { checkpoints?: string[] }).checkpoints ?? []
