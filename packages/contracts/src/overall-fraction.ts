import type { JobProgress } from './job.ts'

/**
 * Where each stage of a job begins and ends on one bar from 0 to 1, by the names that workers tell; each kind of job goes through
 * its own in this order. Rough shares: what matters is that a bar never falls back when a stage begins.
 */
const shares: Record<string, readonly [number, number]> = {
  // Imports.
  'fetching the archive': [0, 0.03],
  'looking at the files': [0.03, 0.06],
  'checking images': [0.06, 0.75],
  'storing images': [0.75, 0.97],
  // Trials.
  preparing: [0, 0.02],
  'fetching weights': [0.02, 0.1],
  'downloading weights': [0.02, 0.1],
  'storing weights': [0.1, 0.12],
  decoding: [0.12, 0.4],
  features: [0.12, 0.4],
  training: [0.4, 0.97],
  storing: [0.97, 0.98],
  // Exports, predictions, quick checks.
  'loading the model': [0, 0.2],
  compiling: [0.2, 0.5],
  classifying: [0.2, 0.97],
  'looking at samples': [0.12, 0.97],
  're-scoring': [0.5, 0.97],
  // All of them, at their end.
  reporting: [0.98, 1],
}

/** How far a job is as a whole, 0 to 1. A stage without a measure of its own counts as just begun; null where nobody knows. */
export function overallFraction(progress: JobProgress): number | null {
  // An export re-scores one format after the other.
  const stage = progress.stage.startsWith('re-scoring') ? 're-scoring' : progress.stage
  const share = Object.hasOwn(shares, stage) ? shares[stage] : undefined
  if (share === undefined) return progress.fraction
  return share[0] + (progress.fraction ?? 0) * (share[1] - share[0])
}
