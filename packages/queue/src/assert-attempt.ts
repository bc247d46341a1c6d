import { GraftError } from '@graft/contracts/errors'
import type { AttemptReference } from '@graft/contracts/worker-protocol'
import type { DatabaseOrTransaction, Transaction } from '@graft/db/client'
import { Prisma, type Attempt, type Job } from '@graft/db/generated/client'

/**
 * The fence: the job's row if this attempt holds it, locked until the transaction ends, so that nothing can take the job away between
 * this check and the write. Every write of a worker goes through it. An attempt whose lease has run out, but which nobody has
 * taken away yet, still holds.
 */
export const heldJob = ({ jobId, attempt, workerId }: AttemptReference): Prisma.Sql =>
  Prisma.sql`SELECT * FROM "Job" WHERE id = ${jobId} AND state = 'running' AND attempt = ${attempt} AND "workerId" = ${workerId} FOR UPDATE`

/**
 * Refuses the writes of a worker that has lost its job.
 *
 * @throws GraftError `stale_attempt`.
 */
export async function assertAttempt(tx: Transaction, reference: AttemptReference): Promise<Job> {
  const [held] = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM (${heldJob(reference)}) held`
  if (held === undefined) throw await staleAttempt(tx, reference)
  return tx.job.findUniqueOrThrow({ where: { id: held.id } })
}

/**
 * The same for a write that ends the attempt: null where it has ended by it already (`isThisEnd`), for then this is that write once
 * more, after its answer was lost.
 *
 * @throws GraftError `stale_attempt`.
 */
export async function assertAttemptOrEnded(tx: Transaction, reference: AttemptReference, isThisEnd: (attempt: Attempt) => boolean): Promise<Job | null> {
  const [held] = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM (${heldJob(reference)}) held`
  if (held !== undefined) return tx.job.findUniqueOrThrow({ where: { id: held.id } })
  const before = await findAttempt(tx, reference)
  if (before !== null && isThisEnd(before)) return null
  throw await staleAttempt(tx, reference)
}

/** Whether the attempt's job was cancelled under it: then it is told so, instead of being refused. */
export async function wasCancelled(db: DatabaseOrTransaction, reference: AttemptReference): Promise<boolean> {
  return (await findAttempt(db, reference))?.state === 'cancelled'
}

async function findAttempt(db: DatabaseOrTransaction, { jobId, attempt, workerId }: AttemptReference): Promise<Attempt | null> {
  const found = await db.attempt.findUnique({ where: { jobId_number: { jobId, number: attempt } } })
  return found?.workerId === workerId ? found : null
}

export async function staleAttempt(db: DatabaseOrTransaction, { jobId, attempt }: AttemptReference): Promise<GraftError> {
  const job = await db.job.findUnique({ where: { id: jobId }, select: { state: true, attempt: true } })
  return new GraftError('stale_attempt', `Attempt ${attempt} no longer holds this job${job === null ? '' : ` (it is ${job.state}, at attempt ${job.attempt})`}.`, {
    hint: 'The lease ran out or the job was cancelled: drop the work and ask for another job.',
  })
}
