import type { ErrorReport } from '@graft/contracts/errors'
import type { JobState } from '@graft/contracts/trial'
import type { Database } from '@graft/db/client'
import { readAnswers } from './read-answers.ts'

/** One trial of a dataset's current version, with its answers on the test images. */
export interface LeaderboardTrial {
  id: string
  versionId: string
  modelId: string
  recipeHash: string
  seed: number
  state: JobState
  accuracy: number | null
  seconds: number | null
  /** Why it failed; null in any other state. */
  error: ErrorReport | null
  /** A `1` or `0` for each test image in the order of the version; null until finished. */
  flags: string | null
}

/**
 * Trials on the current versions of all datasets, one a (version, model, recipe, seed): where the weights were changed since,
 * the newest.
 */
export async function readLeaderboardTrials(db: Database, recipe: string | null): Promise<LeaderboardTrial[]> {
  const trials = await db.$queryRaw<Omit<LeaderboardTrial, 'flags'>[]>`
    SELECT DISTINCT ON (trial."versionId", trial."modelId", trial."recipeHash", trial.seed)
      trial.id, trial."versionId", trial."modelId", trial."recipeHash", trial.seed, job.state, trial."testAccuracy" AS accuracy, trial.seconds,
      CASE WHEN job.state = 'failed' THEN job.error END AS error
    FROM "Trial" trial
    JOIN "Job" job ON job.id = trial."jobId"
    JOIN "Dataset" dataset ON dataset."currentVersionId" = trial."versionId"
    WHERE ${recipe}::text IS NULL OR trial."recipeHash" = ${recipe}
    ORDER BY trial."versionId", trial."modelId", trial."recipeHash", trial.seed, trial."createdAt" DESC`
  const answers = await readAnswers(db, trials.filter(({ state }) => state === 'finished').map(({ id }) => id))
  return trials.map((trial) => ({ ...trial, flags: answers.get(trial.id) ?? null }))
}
