import type { NetworkBuilder } from '../builder.ts'
import { addOutput } from '../output-layer.ts'
import type { ArchitectureOptions } from './options.ts'

/** What the baselines from scratch end in: one dense layer of `units` with half of them dropped, then the output. Without a top: nothing. */
export function addDenseTop(builder: NetworkBuilder, input: string, units: number, options: ArchitectureOptions): string {
  if (!options.includeTop) return input
  const hidden = builder.dense(builder.flatten(input), units, { activation: 'relu' })
  return addOutput(builder, builder.dropout(hidden, 0.5), options)
}
