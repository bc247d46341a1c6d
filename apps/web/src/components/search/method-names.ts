import type { SearchMethod, SweepSearch } from '@graft/contracts/sweep-search'

/** Search methods as they are written within a sentence. */
export const methodNames: Readonly<Record<SearchMethod, string>> = { tpe: 'TPE', 'gaussian-process': 'Gaussian process', evolutionary: 'evolutionary', sobol: 'Sobol', random: 'random', grid: 'grid' }

/** Stopping rules likewise. */
export const stoppingNames: Readonly<Record<NonNullable<SweepSearch['stopping']>['kind'], string>> = { asha: 'ASHA', hyperband: 'Hyperband', median: 'median', threshold: 'threshold', plateau: 'plateau' }
