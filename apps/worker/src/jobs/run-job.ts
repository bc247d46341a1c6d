import type { JobPayload, JobResult } from '@graft/contracts/job'
import type { JobContext } from '../job-context.ts'
import { runAugmentationPreview } from './augmentation-preview.ts'
import { runExport } from './export.ts'
import { runExtraction } from './extraction.ts'
import { runImport } from './import.ts'
import { runPlan } from './plan.ts'
import { runPredict } from './predict.ts'
import { runQuickCheck } from './quick-check.ts'
import { runTrialJob } from './trial.ts'

/** Does a job of any kind. @throws GraftError; the signal's reason when it was told to stop. */
export function runJob(payload: JobPayload, context: JobContext): Promise<JobResult> {
  switch (payload.kind) {
    case 'trial':
      return runTrialJob(payload, context)
    case 'import':
      return runImport(payload, context)
    case 'quick-check':
      return runQuickCheck(payload, context)
    case 'augmentation-preview':
      return runAugmentationPreview(payload, context)
    case 'predict':
      return runPredict(payload, context)
    case 'export':
      return runExport(payload, context)
    case 'plan':
      return runPlan(payload, context)
    case 'extraction':
      return runExtraction(payload, context)
  }
}
