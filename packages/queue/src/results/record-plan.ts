import type { JobResult } from '@graft/contracts/job'
import type { Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'

/** What the planner says of a training; asked again of nobody. */
export async function recordPlan(tx: Transaction, job: Job, result: JobResult & { kind: 'plan' }): Promise<void> {
  await tx.trainingPlan.update({ where: { hash: job.subjectId }, data: { memoryBytes: BigInt(Math.round(result.memoryBytes)), words: result.words } })
}
