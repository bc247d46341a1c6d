import type { Layer } from './description.ts'

/**
 * The layers on which `output` depends, in the order of Keras's `model.layers` (which is the order of `summary` and of
 * weight files): deepest first, where depth is the longest way to the output; equal depth by first visit of a depth-first
 * walk that starts at the output. See `map_graph` in Keras 3's `ops/function.py`.
 */
export function kerasOrder(layers: readonly Layer[], output: string): Layer[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]))
  const firstVisit = new Map<string, number>()
  const finished: Layer[] = []

  const visit = (name: string): void => {
    const layer = byName.get(name)
    if (layer === undefined || firstVisit.has(name)) return
    firstVisit.set(name, firstVisit.size)
    for (const input of layer.inputs) visit(input)
    finished.push(layer)
  }
  visit(output)

  const depths = new Map<string, number>()
  for (const layer of finished.toReversed()) {
    const depth = depths.get(layer.name) ?? 0
    depths.set(layer.name, depth)
    for (const input of layer.inputs) depths.set(input, Math.max(depth + 1, depths.get(input) ?? 0))
  }
  return finished.toSorted((a, b) => rank(depths, b) - rank(depths, a) || rank(firstVisit, a) - rank(firstVisit, b))
}

function rank(ranks: ReadonlyMap<string, number>, layer: Layer): number {
  return ranks.get(layer.name) ?? 0
}
