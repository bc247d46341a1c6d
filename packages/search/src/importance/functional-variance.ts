import type { CompiledSpace } from '../space/compiled-space.ts'
import type { Interval, Leaf, Levels, Tree } from './regression-forest.ts'

/**
 * How much of a tree's variance over the whole space each parameter explains alone: the variance of the tree's mean over
 * all other parameters, over the variance of the tree (Hutter, Hoos and Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter
 * Importance", 2014). Exact, from the leaves' boxes; choices are weighted by their probabilities. Null for a tree that is constant.
 */
export function explainedShares(space: CompiledSpace, tree: Tree): Float64Array | null {
  const sizes = tree.map((leaf) => leaf.sides.map((side, index) => sizeOf(space, side, index)))
  const volumes = sizes.map((each) => each.reduce((product, size) => product * size, 1))
  const mean = tree.reduce((sum, { value }, leaf) => sum + value * volumes[leaf]!, 0)
  const variance = tree.reduce((sum, { value }, leaf) => sum + (value - mean) ** 2 * volumes[leaf]!, 0)
  if (!(variance > 0)) return null
  return Float64Array.from(space.names, (_, index) => {
    // A leaf's part in the mean over the others, where its side of this parameter holds.
    const parts = tree.map(({ value }, leaf) => ({ side: tree[leaf]!.sides[index] ?? null, part: sizes[leaf]![index]! > 0 ? ((value - mean) * volumes[leaf]!) / sizes[leaf]![index]! : 0 }))
    const dimension = space.dimensions[index]!
    const explained = dimension.kind === 'number' ? varianceOfNumber(parts as { side: Interval | null; part: number }[]) : varianceOfChoice(parts as { side: Levels | null; part: number }[], dimension.probabilities)
    return Math.min(1, Math.max(0, explained / variance))
  })
}

function sizeOf(space: CompiledSpace, side: Leaf['sides'][number], index: number): number {
  if (side === null) return 1
  if ('low' in side) return side.high - side.low
  const dimension = space.dimensions[index]!
  return dimension.kind === 'choice' ? side.levels.reduce((sum, level) => sum + dimension.probabilities[level]!, 0) : 1
}

/** Of a step function of mean 0, given as a sum of intervals: its integral squared. */
function varianceOfNumber(parts: readonly { side: Interval | null; part: number }[]): number {
  const changes: { at: number; change: number }[] = []
  for (const { side, part } of parts) changes.push({ at: side?.low ?? 0, change: part }, { at: side?.high ?? 1, change: -part })
  changes.sort((a, b) => a.at - b.at)
  let level = 0
  let before = 0
  let sum = 0
  for (const { at, change } of changes) {
    sum += level * level * (at - before)
    before = at
    level += change
  }
  return sum
}

function varianceOfChoice(parts: readonly { side: Levels | null; part: number }[], probabilities: readonly number[]): number {
  const means = new Float64Array(probabilities.length)
  for (const { side, part } of parts) {
    if (side === null) means.forEach((_, level) => (means[level]! += part))
    else for (const level of side.levels) means[level]! += part
  }
  return probabilities.reduce((sum, probability, level) => sum + probability * means[level]! ** 2, 0)
}
