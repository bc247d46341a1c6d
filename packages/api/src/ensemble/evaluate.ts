import { GraftError } from '@graft/contracts/errors'
import type { EnsembleView } from '@graft/contracts/views'
import { intervalOverSeedsAndImages } from '@graft/statistics/accuracy-interval'
import { meanProbabilities } from '@graft/statistics/mean-probabilities'
import { mostProbable } from '@graft/statistics/most-probable'
import { pairedComparison } from '@graft/statistics/paired-comparison'
import type { BlobStore } from '@graft/storage/blob-store'
import type { Artifact } from '@graft/db/generated/client'
import { z } from 'zod'
import { findFinishedTrial, type TrialRow } from '../trial/trial-rows.ts'
import { userProcedure } from '../trpc.ts'
import { readTestPredictions, type TestPredictions } from './test-predictions.ts'

/** Of all members together: read whole, in a moment. */
const mostBytes = 32 * 2 ** 20

const input = z.object({ trialIds: z.array(z.string()).min(2, 'Choose at least two trials.').max(16, 'At most 16 trials.').refine((ids) => new Set(ids).size === ids.length, 'A trial stands twice.') })

/**
 * How trials of one dataset version do together: the mean of the probabilities that each recorded for the test images. Nothing is computed
 * by a worker.
 *
 * @throws GraftError `invalid_input` for trials of several dataset versions, `conflict` for one without a result or predictions.
 */
export const evaluate = userProcedure.input(input).query(async ({ ctx: { server }, input: { trialIds } }): Promise<EnsembleView> => {
  const { db, blobs } = server
  const trials = await Promise.all(trialIds.map((id, index) => findFinishedTrial(db, id, `trialIds.${index}`)))
  const { version } = trials[0]!
  for (const [index, trial] of trials.entries()) if (trial.versionId !== version.id) throw new GraftError('invalid_input', `${trial.job.title} was trained on another dataset version than ${trials[0]!.job.title}.`, { hint: 'Choose trials of one dataset version.', field: `trialIds.${index}` })
  const artifacts = await db.artifact.findMany({ where: { trialId: { in: trialIds }, kind: 'predictions-csv' } })
  const members = await readMembers(blobs, trials, artifacts, version.classes)
  const answers = members.map((member) => answersOf(member, version.classes.length))
  const { labels } = members[0]!
  const together = answersOf({ labels, probabilities: meanProbabilities(members.map(({ probabilities }) => probabilities)) }, version.classes.length)
  const scores = answers.map((one) => intervalOverSeedsAndImages([one]))
  const best = scores.reduce((leader, score, index) => (score.accuracy > scores[leader]!.accuracy ? index : leader), 0)
  return {
    dataset: version.dataset.name,
    images: labels.length,
    ...intervalOverSeedsAndImages([together]),
    members: trials.map(({ id, modelId, model, recipe, seed }, index) => ({ trialId: id, model: modelId, modelName: model.name, recipe: recipe.name, seed, ...scores[index]! })),
    best: trials[best]!.id,
    overBest: pairedComparison([together], [answers[best]!]),
  }
})

async function readMembers(blobs: BlobStore, trials: readonly TrialRow[], artifacts: readonly Artifact[], classes: readonly string[]): Promise<TestPredictions[]> {
  const byTrial = new Map(artifacts.map((artifact) => [artifact.trialId, artifact]))
  const missing = trials.find(({ id }) => !byTrial.has(id))
  if (missing !== undefined) throw new GraftError('conflict', `${missing.job.title} kept no predictions.`, { hint: 'Train it again, or leave it out.', field: 'trialIds' })
  const bytes = artifacts.reduce((sum, artifact) => sum + Number(artifact.bytes), 0)
  if (bytes > mostBytes) throw new GraftError('too_large', `The predictions of these ${trials.length} trials take ${Math.round(bytes / 2 ** 20)} MB; at most ${mostBytes / 2 ** 20} MB are read at once.`, { hint: 'Choose fewer trials.', field: 'trialIds' })
  const members: TestPredictions[] = []
  for (const { id } of trials) members.push(readTestPredictions((await blobs.read(byTrial.get(id)!.sha256)).toString('utf8'), classes))
  const [first, ...others] = members
  if (others.some(({ paths }) => paths.length !== first!.paths.length || paths.some((path, index) => path !== first!.paths[index]))) throw new GraftError('conflict', 'These trials were scored on different test images.', { hint: 'Choose trials of one dataset version.', field: 'trialIds' })
  if (first!.paths.length === 0) throw new GraftError('conflict', 'This dataset version has no test images.', { field: 'trialIds' })
  return members
}

const answersOf = ({ labels, probabilities }: Pick<TestPredictions, 'labels' | 'probabilities'>, classes: number): boolean[] => labels.map((label, image) => mostProbable(probabilities, classes, image) === label)
