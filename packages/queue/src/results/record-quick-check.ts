import type { JobResult } from '@graft/contracts/job'
import { toJson, type Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'

/** ImageNet labels of one sample a class. */
export async function recordQuickCheck(tx: Transaction, job: Job, result: JobResult & { kind: 'quick-check' }): Promise<void> {
  await tx.quickCheck.update({ where: { id: job.subjectId }, data: { samples: result.samples.map(toJson) } })
}
