import type { LeaderboardCell } from '@graft/contracts/leaderboard'
import type { JobState } from '@graft/contracts/trial'
import { intervalOverSeedsAndImages } from '@graft/statistics/accuracy-interval'
import { pairedComparison } from '@graft/statistics/paired-comparison'
import { groupBy } from './group-by.ts'
import type { LeaderboardTrial } from './read-trials.ts'

export interface CellNames {
  /** By version id. */
  datasets: ReadonlyMap<string, { name: string; fingerprint: string; testImages: number }>
  /** By hash. */
  recipes: ReadonlyMap<string, string>
}

interface OpenCell {
  cell: LeaderboardCell
  versionId: string
  answers: boolean[][]
}

/** Cells of the leaderboard: accuracy with its interval over seeds and images, and whether a cell is tied with the best of its dataset. */
export function computeCells(trials: readonly LeaderboardTrial[], names: CellNames): LeaderboardCell[] {
  const groups = groupBy(trials, ({ versionId, modelId, recipeHash }) => `${versionId} ${modelId} ${recipeHash}`)
  const open = [...groups.values()].map((group) => computeCell(group, names))
  for (const ofDataset of groupBy(open, ({ versionId }) => versionId).values()) markTies(ofDataset)
  return open.map(({ cell }) => cell)
}

function computeCell(group: readonly LeaderboardTrial[], { datasets, recipes }: CellNames): OpenCell {
  const { versionId, modelId, recipeHash } = group[0]!
  const dataset = datasets.get(versionId)!
  const finished = group.filter((trial) => trial.flags !== null)
  const answers = finished.map(({ flags }) => Array.from(flags!, (flag) => flag === '1'))
  const result = answers.length === 0 ? null : intervalOverSeedsAndImages(answers)
  const count = (state: JobState): number => group.filter((trial) => trial.state === state).length
  return {
    versionId,
    answers,
    cell: {
      dataset: dataset.name,
      datasetVersion: dataset.fingerprint,
      model: modelId,
      recipe: recipes.get(recipeHash) ?? recipeHash,
      recipeHash,
      seeds: finished.map(({ seed }) => seed),
      trials: finished.map(({ id, seed, accuracy }) => ({ id, seed, accuracy: accuracy! })),
      accuracy: result?.accuracy ?? null,
      interval: result?.interval ?? null,
      images: dataset.testImages,
      seconds: finished.length === 0 ? null : finished.reduce((sum, { seconds }) => sum + seconds!, 0) / finished.length,
      queued: count('queued'),
      running: count('running'),
      failed: count('failed'),
      failedTrials: group.filter(({ state }) => state === 'failed').map(({ id, seed, error }) => ({ id, seed, error })),
      tiedWithBest: false,
    },
  }
}

/** The best cell of a dataset is tied with itself. */
function markTies(cells: readonly OpenCell[]): void {
  const scored = cells.filter(({ cell }) => cell.accuracy !== null)
  const [first, ...others] = scored
  if (first === undefined) return
  const best = others.reduce((leader, candidate) => (candidate.cell.accuracy! > leader.cell.accuracy! ? candidate : leader), first)
  for (const each of scored) each.cell.tiedWithBest = each === best || pairedComparison(best.answers, each.answers).tied
}
