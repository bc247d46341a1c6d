import { GraftError } from '@graft/contracts/errors'
import type { WorkerStanding } from '@graft/contracts/worker-protocol'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { Worker } from '@graft/db/generated/client'

export type StandingColumns = Pick<Worker, 'drainingAt' | 'quarantinedAt' | 'quarantineReason'>

/** Whether a worker is given jobs, and why not. */
export function standingOf({ drainingAt, quarantinedAt, quarantineReason }: StandingColumns): WorkerStanding {
  if (quarantinedAt !== null) return { mode: 'quarantined', reason: quarantineReason }
  return drainingAt === null ? { mode: 'ready', reason: null } : { mode: 'draining', reason: 'It is to end what it has and take nothing new.' }
}

/** @throws GraftError `not_found` for a worker that never registered here. */
export async function findWorker(db: DatabaseOrTransaction, workerId: string): Promise<Worker> {
  const worker = await db.worker.findUnique({ where: { id: workerId } })
  if (worker === null) throw unknownWorker()
  return worker
}

export const unknownWorker = (): GraftError => new GraftError('not_found', 'This server does not know the worker.', { hint: 'Register again.', field: 'workerId' })
