import type { Configuration, JsonValue } from './search-space.ts'
import type { SweepEstimate } from './sweep.ts'
import type { JobState } from './trial.ts'

/** All trials of a sweep in columns' worth of data: what parallel coordinates, slices and the Pareto plot are drawn from, also with 5,000 trials. */
export interface SweepPoints {
  parameters: SweepParameter[]
  objective: { metric: string; goal: 'maximize' | 'minimize' }
  trials: SweepPoint[]
}

export interface SweepParameter {
  /** As in the space: `phases.0.optimizer.learningRate`, `model`, ... */
  name: string
  scale: 'linear' | 'logarithmic' | 'categorical'
  /** Of a number. */
  range: [number, number] | null
  /** Of a choice, in the space's order. */
  values: JsonValue[] | null
}

export interface SweepPoint {
  trialId: string
  /** Trials of one configuration differ in dataset, model or seed only. */
  configuration: number
  dataset: string
  model: string
  seed: number
  state: JobState
  /** In the order of `parameters`; null where a conditional parameter is absent. */
  values: (JsonValue | null)[]
  /** The objective of the best epoch so far; null before the first. */
  objective: number | null
  /** Of a finished trial. */
  testAccuracy: number | null
  seconds: number | null
  epochs: number
}

/** The objective by epoch of every trial of a sweep. */
export interface SweepCurve { trialId: string; configuration: number; state: JobState; steps: number[]; values: number[] }

/** The best objective of a search so far, configuration by configuration; thinned evenly where they are many. */
export interface BestSoFar { metric: string; goal: 'maximize' | 'minimize'; values: number[] }

/** Share of the objective's variance that a parameter explains (fANOVA, Hutter et al. 2014), with its standard deviation over the forest's trees. */
export interface ParameterImportance { name: string; importance: number; deviation: number }

/** States of a configuration. `finished`, `pruned`: has a value, which the search learns from; `failed`, `diverged`: it learns that there is none. */
export const configurationStates = ['running', 'finished', 'pruned', 'failed', 'diverged', 'cancelled'] as const
export type ConfigurationState = (typeof configurationStates)[number]

/** The configuration with the best value. */
export interface BestConfiguration { configuration: number; value: number; parameters: Configuration; trialIds: string[] }

/** What a sweep has cost so far. Trials that were trained before it count as trials, but not as time or images. */
export interface BudgetUse { trials: number; seconds: number; images: number }

/** The forecast of when the sweep was launched beside what came; null until the sweep has ended. */
export interface SweepForecast {
  forecast: Pick<SweepEstimate, 'trials' | 'configurations' | 'seconds' | 'workSeconds' | 'basis' | 'images' | 'disk' | 'workers'> & { memoryBytes: number | null }
  actual: { trials: number; seconds: number; workSeconds: number; images: number; storageBytes: number; memoryBytes: number | null } | null
  /** Forecast / actual - 1 of each, where both are known and above 0. */
  error: { seconds: number | null; workSeconds: number | null; images: number | null; storageBytes: number | null; memoryBytes: number | null } | null
}
