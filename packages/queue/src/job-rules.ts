import type { JobKind } from '@graft/contracts/job'

export interface JobRule {
  /** Kinds with a higher one go first: what someone waits for at the screen before what trains for minutes. */
  priority: number
  /** Attempts that may fail (with an error that allows another) before the job fails. */
  failures: number
  /** Wait before the attempt after the first failure; doubled after each further one. */
  retryDelaySeconds: number
}

/** How each kind of job is queued and tried again. */
export const jobRules: Readonly<Record<JobKind, JobRule>> = {
  predict: { priority: 40, failures: 2, retryDelaySeconds: 0 },
  'quick-check': { priority: 30, failures: 2, retryDelaySeconds: 1 },
  'augmentation-preview': { priority: 30, failures: 2, retryDelaySeconds: 1 },
  plan: { priority: 30, failures: 2, retryDelaySeconds: 1 },
  import: { priority: 20, failures: 2, retryDelaySeconds: 1 },
  export: { priority: 10, failures: 2, retryDelaySeconds: 1 },
  // Only for who has no trial to do.
  extraction: { priority: -10, failures: 2, retryDelaySeconds: 1 },
  trial: { priority: 0, failures: 3, retryDelaySeconds: 2 },
}

/** Attempts at a trial that may run out of memory: the one retry has fewer images at once. */
export const outOfMemoryAttemptsAllowed = 2

/** A job whose worker vanished this often fails: it most likely kills its workers. */
export const lostAttemptsAllowed = 3
