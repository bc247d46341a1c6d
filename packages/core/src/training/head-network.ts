import type { HeadRecipe } from '@graft/contracts/recipe/layers'
import type { LossRecipe } from '@graft/contracts/recipe/loss'
import { NetworkBuilder } from '../network/builder.ts'
import type { Network } from '../network/description.ts'
import { addOutput } from '../network/output-layer.ts'

/**
 * The new layers on a trunk's pooled or flattened features (`dimension` values a sample): dropout, then dense layers, each with
 * batch normalization before its activation and dropout after it where the recipe has them, then the output over the classes named
 * `predictions` (see `addOutput`). A dense layer under a normalization has no bias: the normalization would take it away again.
 */
export function headNetwork(head: HeadRecipe, dimension: number, classes: number, loss?: LossRecipe): Network {
  const builder = new NetworkBuilder()
  let value = builder.input([dimension])
  if (head.dropout !== undefined && head.dropout > 0) value = builder.dropout(value, head.dropout, { name: 'head_feature_dropout' })
  for (const [index, { units, activation, batchNormalization, dropout, l2, initializer }] of head.dense.entries()) {
    const suffix = index === 0 ? '' : `_${index}`
    const name = `head_dense${suffix}`
    if (batchNormalization) {
      value = builder.dense(value, units, { name, useBias: false, l2, initializer })
      value = builder.batchNormalization(value, { name: `head_normalization${suffix}`, isNew: true })
      value = builder.activation(value, activation, { name: `head_activation${suffix}` })
    } else {
      value = builder.dense(value, units, { name, activation, l2, initializer })
    }
    if (dropout > 0) value = builder.dropout(value, dropout, { name: `head_dropout${suffix}` })
  }
  return builder.finish('head', addOutput(builder, value, { classes, loss }, { name: 'predictions', l2: head.l2, initializer: head.initializer }))
}
