import type { JobResult } from '@graft/contracts/job'
import type { Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import { inPrisma } from '@graft/db/in-prisma'
import { recordArtifacts } from './record-artifacts.ts'

/** Exported files join the trial's artifacts. */
export async function recordExport(tx: Transaction, job: Job, result: JobResult & { kind: 'export' }): Promise<void> {
  await recordArtifacts(inPrisma(tx), job.subjectId, result.artifacts)
}
