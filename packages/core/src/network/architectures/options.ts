import type { Pair } from '../description.ts'

export interface ArchitectureOptions {
  /** Height and width of the image. */
  readonly inputSize: Pair
  readonly includeTop: boolean
  readonly classes: number
  /** Width multiplier; 1 where an architecture has none. */
  readonly alpha: number
}
