import type { AugmentedImage } from './augmentation-preview.ts'
import type { ImportIssue, Split, SplitRule } from './dataset.ts'
import type { ErrorReport } from './errors.ts'
import type { Interval } from './interval.ts'
import type { ImagePrediction, JobKind, JobProgress, QuickCheckSample } from './job.ts'
import type { Availability, ModelDescription } from './model.ts'
import type { Recipe } from './recipe.ts'
import type { Labels } from './requirements.ts'
import type { Configuration } from './search-space.ts'
import type { BestConfiguration, BudgetUse, ConfigurationState, SweepForecast } from './sweep-results.ts'
import type { SearchMethod, SweepSearch } from './sweep-search.ts'
import type { SweepState } from './sweep-states.ts'
import type { ArtifactKind, Environment, JobState, MetricPoint, TrialSummary } from './trial.ts'
import type { WorkerMode, WorkerUsage } from './worker-protocol.ts'

/** What the user-facing procedures answer: shared by dashboard, command line and server. Times are Date (superjson). */
export interface DatasetSummary {
  name: string
  versionCount: number
  /** Newest version. */
  version: string
  classes: string[]
  images: number
  bySplit: Record<Split, number>
  createdAt: Date
  /** Up to 8 thumbnails (SHA-256 of images), one a class. */
  samples: { sha256: string; classIndex: number }[]
}

export interface DatasetDetail extends DatasetSummary {
  versions: { fingerprint: string; images: number; splitRule: SplitRule; seed: number; createdAt: Date }[]
  splitRule: SplitRule
  seed: number
  /** Class balance: images by class index and split. */
  balance: { classIndex: number; className: string; bySplit: Record<Split, number> }[]
  report: { filesFound: number; imagesKept: number; seconds: number; issueCounts: Record<string, number>; notes: string[] }
}

export interface DatasetImage {
  sha256: string
  path: string
  classIndex: number
  split: Split
  width: number
  height: number
  bytes: number
}
export interface Page<Item> { items: Item[]; nextCursor: string | null; total: number }
export type IssuePage = Page<ImportIssue>

export interface ImportView {
  id: string
  name: string
  state: JobState | 'uploading'
  progress: JobProgress | null
  filesReceived: number
  bytesReceived: number
  error: ErrorReport | null
  /** When finished. */
  dataset: { name: string; version: string; unchanged: boolean } | null
  issueCounts: Record<string, number> | null
}

export interface ModelView extends ModelDescription {
  availability: Availability
  weightsSha256: string | null
  hasTop: boolean
  /** Why the newest go at fetching its weights failed; null once they are there, or when that go is taken again. */
  fetchFailure: { error: ErrorReport; at: Date; trialId: string | null } | null
}

export interface QuickCheckView {
  id: string
  state: JobState
  progress: JobProgress | null
  error: ErrorReport | null
  model: string
  samples: QuickCheckSample[] | null
}

export interface AugmentationPreviewView {
  id: string
  state: JobState
  progress: JobProgress | null
  error: ErrorReport | null
  dataset: string
  classes: string[]
  /** Null until the job is done. */
  images: AugmentedImage[] | null
}

export interface TrialListItem {
  id: string
  dataset: string
  model: string
  recipe: string
  seed: number
  state: JobState
  progress: JobProgress | null
  attempt: number
  accuracy: number | null
  seconds: number | null
  error: ErrorReport | null
  createdAt: Date
}

/** A trial in a sweep's table. */
export interface SweepTrialItem extends TrialListItem {
  configuration: number
  parameters: Configuration
  /** As in SweepPoint. */
  objective: number | null
  /** Why the search stopped it early. */
  stopReason: string | null
}

export interface SweepView {
  id: string
  name: string
  state: SweepState
  /** Who launched it: the name of their token, or `local`. */
  launchedBy: string
  priority: number
  createdAt: Date
  /** Null while it goes on. */
  endedAt: Date | null
  datasets: string[]
  models: string[]
  recipe: Recipe
  seeds: number[]
  /** Null: the one recipe. */
  search: SweepSearch | null
  counts: Record<JobState, number>
  configurations: Record<ConfigurationState, number>
  best: BestConfiguration | null
  used: BudgetUse
  /** Why the search proposes nothing more: its budget is used, its space is through, ...; null while it may, and without a search. */
  exhausted: string | null
  /** 0 to 1, by whatever of the budget (or of the trials, without one) is furthest. */
  fraction: number
  /** Seconds until done, from what its finished trials took; null while unknown. */
  secondsLeft: number | null
  forecast: SweepForecast | null
  /** The first 200; `sweep.trials` pages through all. */
  trials: TrialListItem[]
}
/** A row of the list. */
export type SweepSummary = Omit<SweepView, 'trials' | 'recipe' | 'search' | 'configurations' | 'best' | 'used' | 'exhausted' | 'forecast'> & { recipeName: string; method: SearchMethod | null }

export interface TrialView extends TrialListItem {
  sweepId: string
  sweepName: string
  datasetVersion: string
  modelName: string
  classes: string[]
  recipeDetail: Recipe
  summary: TrialSummary | null
  metrics: MetricPoint[]
  attempts: { number: number; state: JobState | 'lost'; worker: string; startedAt: Date; endedAt: Date | null; error: ErrorReport | null }[]
  artifacts: { id: string; kind: ArtifactKind; name: string; bytes: number }[]
}

/** Rows: true class; columns: predicted class. */
export interface ConfusionMatrix { classes: string[]; counts: number[][] }

export interface PredictionItem {
  sha256: string
  path: string
  label: number
  predicted: number
  probability: number
  labelProbability: number
  correct: boolean
}

export interface WorkerView {
  id: string
  name: string
  /** `online` has reported within the last 30 s. */
  state: 'online' | 'offline' | 'left'
  /** Whether it is given jobs, and why not. */
  mode: WorkerMode
  reason: string | null
  environment: Environment
  device: string
  labels: Labels
  /** Trials that it runs at once. */
  slots: number
  /** Of its device. */
  memoryBytes: number | null
  /** As it told last. */
  usage: WorkerUsage | null
  usageAt: Date | null
  /** Faults of the machine in a row. */
  nodeFaults: number
  lastSeenAt: Date
  startedAt: Date
  /** What it does now, oldest first. */
  jobs: { id: string; kind: JobKind; trialId: string | null; title: string; progress: JobProgress | null; startedAt: Date }[]
  finished: number
  failed: number
}

/** Someone whose jobs are told from other people's. */
export interface PersonView {
  id: string
  name: string
  administrator: boolean
  /** Share of the workers, relative to other people's. */
  weight: number
  /** Trials at most; null: as many as they like. */
  maximumRunning: number | null
  maximumQueued: number | null
  running: number
  queued: number
  createdAt: Date
}

export interface TokenView {
  id: string
  kind: 'user' | 'worker'
  name: string
  /** Null for a worker's. */
  person: string | null
  createdAt: Date
  lastUsedAt: Date | null
  revokedAt: Date | null
}

/** One change that a person made: who, what, when. */
export interface AuditView {
  id: string
  at: Date
  person: string
  /** `sweep.cancel`, `worker.drain`, ... */
  action: string
  topic: string
  subjectId: string
  /** `done`, or the code of the error that refused it; null where the server ended first. */
  outcome: string | null
  details: Record<string, unknown> | null
}

export interface PredictionJobView {
  id: string
  state: JobState
  progress: JobProgress | null
  error: ErrorReport | null
  trialId: string
  model: string
  dataset: string
  predictions: ImagePrediction[] | null
}

/** Trials of one dataset version as an ensemble, on its test images: the mean of their probabilities. */
export interface EnsembleView {
  dataset: string
  /** Test images. */
  images: number
  accuracy: number
  /** 95%. */
  interval: Interval
  /** As asked for. */
  members: { trialId: string; model: string; modelName: string; recipe: string; seed: number; accuracy: number; interval: Interval }[]
  /** The most accurate member. */
  best: string
  /** The ensemble less its best member, image by image. */
  overBest: { difference: number; interval: Interval; tied: boolean }
}

/** Models to try an image with: finished trials, best first within a dataset. */
export interface TrainedModelItem { trialId: string; dataset: string; model: string; modelName: string; recipe: string; seed: number; accuracy: number }

/** What changed, as one live stream tells it; pages refetch what they show of it. The id `*` means: any of that topic (events may have been missed). */
export interface ChangeEvent { topic: 'dataset' | 'import' | 'model' | 'sweep' | 'trial' | 'worker' | 'job'; id: string }
