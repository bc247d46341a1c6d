import type { ErrorReport } from './errors.ts'
import type { Interval } from './interval.ts'

/** One cell: a dataset version x model x recipe over its finished seeds. */
export interface LeaderboardCell {
  dataset: string
  datasetVersion: string
  model: string
  recipe: string
  recipeHash: string
  /** Seeds with a finished trial, ascending. */
  seeds: number[]
  trials: { id: string; seed: number; accuracy: number }[]
  /** Mean test accuracy over seeds, 0 to 1; null while none is finished. */
  accuracy: number | null
  /** 95% interval over seeds and images. */
  interval: Interval | null
  /** Test images. */
  images: number
  /** Mean seconds a trial took in all. */
  seconds: number | null
  /** Trials of the cell by state, for cells that fill in live. */
  queued: number
  running: number
  failed: number
  /** Those that failed, with why; seeds ascending. */
  failedTrials: { id: string; seed: number; error: ErrorReport | null }[]
  /** Whether the cell is statistically tied with the best of its dataset (intervals overlap the best cell's mean difference test). */
  tiedWithBest: boolean
}

export interface Leaderboard {
  datasets: { name: string; version: string; classes: number; images: number; testImages: number }[]
  models: { id: string; name: string; available: boolean; reason: string | null; trainedOn: string | null }[]
  recipes: { name: string; hash: string }[]
  cells: LeaderboardCell[]
}
