import type { Layer, Network } from '../network/description.ts'

/** Whether all that comes after the layer at `index` takes nothing from below it: its output alone carries the network on. */
export function isSingleTensorPoint(layers: readonly Layer[], index: number): boolean {
  const below = new Set(layers.slice(0, index).map(({ name }) => name))
  return layers.slice(index + 1).every((layer) => layer.inputs.every((input) => !below.has(input)))
}

/**
 * The layer whose output is the input of the part that is trained: the last single-tensor point below the lowest unfrozen layer.
 * The network's input layer where everything, or the first branch, is unfrozen.
 */
export function cutBelow({ layers }: Network, lowestUnfrozen: number): Layer {
  let index = Math.max(0, lowestUnfrozen - 1)
  while (index > 0 && !isSingleTensorPoint(layers, index)) index -= 1
  return layers[index]!
}
