import type { JobPayload } from '@graft/contracts/job'
import type { ClaimedJob } from '@graft/contracts/worker-protocol'

/** A claimed job in words, for the log: `Trial 1b9d6bcd: MobileNetV2 on birds, seed 0`. Later attempts say which. */
export function jobTitle({ jobId, attempt, payload }: ClaimedJob): string {
  const shown = what(payload).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD')
  return `${kindNames[payload.kind]} ${jobId.slice(0, 8)}: ${shown}${attempt > 1 ? `, attempt ${attempt}` : ''}`
}

const kindNames: Record<JobPayload['kind'], string> = { trial: 'Trial', import: 'Import', 'quick-check': 'Quick check', 'augmentation-preview': 'Augmentation preview', predict: 'Prediction', export: 'Export', plan: 'Plan', extraction: 'Extraction' }

function what(payload: JobPayload): string {
  switch (payload.kind) {
    case 'trial':
      return `${payload.model.name} on ${payload.datasetName}, seed ${payload.seed}`
    case 'import':
      return `${payload.name}, ${payload.source.kind === 'zip' ? 'a zip' : `${payload.source.count} files`}`
    case 'quick-check':
      return `${payload.model.name} on dataset version ${payload.datasetVersion.slice(0, 12)}`
    case 'augmentation-preview':
      return payload.datasetName
    case 'predict':
      return `${payload.images.length} ${payload.images.length === 1 ? 'image' : 'images'} with ${payload.trained.model.name} of ${payload.trained.datasetName}`
    case 'plan':
      return `${payload.model.name} by ${payload.recipe.name}`
    case 'extraction':
      return `features of ${payload.model.name} on ${payload.datasetName}, for trial ${payload.trialId.slice(0, 8)}`
    case 'export':
      return `${payload.trained.model.name} of ${payload.trained.datasetName}, seed ${payload.trained.seed}`
  }
}
