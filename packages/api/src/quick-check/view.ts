import type { QuickCheckSample } from '@graft/contracts/job'
import type { QuickCheckView } from '@graft/contracts/views'
import type { Prisma } from '@graft/db/generated/client'
import { jobError, jobProgress } from '../job/job-fields.ts'

export const quickCheckInclude = { job: true } satisfies Prisma.QuickCheckInclude

export const viewQuickCheck = (row: Prisma.QuickCheckGetPayload<{ include: typeof quickCheckInclude }>): QuickCheckView => ({
  id: row.id,
  state: row.job.state,
  progress: jobProgress(row.job),
  error: jobError(row.job),
  model: row.modelId,
  samples: row.samples as QuickCheckSample[] | null,
})
