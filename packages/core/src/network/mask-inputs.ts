import type { Network } from './description.ts'
import { layerShapes } from './shapes.ts'

/** What a runtime is given for a dropout layer in training: see `TrainingRun.masks`. */
export interface MaskInput {
  /** `mask/<layer>`. */
  readonly input: string
  /** Of one sample, in Keras's order. */
  readonly shape: readonly number[]
  /** Fraction of units that are dropped. */
  readonly rate: number
}

/** The masks that training a network takes, in the order of its dropout layers. */
export function maskInputs(network: Network): MaskInput[] {
  const shapes = layerShapes(network)
  return network.layers.flatMap((layer) => (layer.kind === 'dropout' && layer.rate > 0 ? [{ input: `mask/${layer.name}`, shape: shapes.get(layer.name)!, rate: layer.rate }] : []))
}
