import type { JsonValue } from './search-space.ts'
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

/** Share of the objective's variance that a parameter explains (fANOVA, Hutter et al. 2014), with its standard deviation over the forest's trees. */
export interface ParameterImportance { name: string; importance: number; deviation: number }
