import type { HeadRecipe } from '@graft/contracts/recipe/layers'
import { NetworkBuilder } from '../network/builder.ts'
import type { Network } from '../network/description.ts'

/** The new layers on a trunk's pooled features: dense layers with their dropout, then a softmax over the classes named `predictions`. */
export function headNetwork(head: HeadRecipe, dimension: number, classes: number): Network {
  const builder = new NetworkBuilder()
  let value = builder.input([dimension])
  for (const [index, layer] of head.dense.entries()) {
    const suffix = index === 0 ? '' : `_${index}`
    value = builder.dense(value, layer.units, { name: `head_dense${suffix}`, activation: layer.activation })
    if (layer.dropout > 0) value = builder.dropout(value, layer.dropout, { name: `head_dropout${suffix}` })
  }
  return builder.finish('head', builder.dense(value, classes, { name: 'predictions', activation: 'softmax' }))
}
