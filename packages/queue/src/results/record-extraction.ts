import { randomUUID } from 'node:crypto'
import type { JobPayload, JobResult } from '@graft/contracts/job'
import type { Requirements } from '@graft/contracts/requirements'
import type { Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import { enqueue } from '../enqueue.ts'

/** A worker's turn is over. Where shards are left, and the trial still wants them, another one is queued: whoever has nothing better to do takes it. */
export async function recordExtraction(tx: Transaction, job: Job, result: JobResult & { kind: 'extraction' }): Promise<void> {
  if (result.isOver) return
  const trial = await tx.job.findFirst({ where: { kind: 'trial', subjectId: job.subjectId, state: 'running' }, select: { id: true } })
  if (trial === null) return
  const { title, subjectId, personId, payload, requirements } = job
  await enqueue(tx, [{ id: randomUUID(), title, topic: 'trial', subjectId, personId, payload: payload as unknown as JobPayload, requirements: requirements as Partial<Requirements> }])
}
