import type { Random } from '@graft/statistics/random'
import type { CompiledSpace, Point } from '../space/compiled-space.ts'

/** A box of the space on which a tree is constant: an interval of each number, which values of each choice. */
export interface Leaf {
  value: number
  /** By parameter; null where all of it belongs to the leaf. */
  sides: readonly (Interval | Levels | null)[]
}
export interface Interval { low: number; high: number }
export interface Levels { levels: readonly number[] }

export type Tree = readonly Leaf[]

/** Rows that a tree is grown from at most, so that 5,000 trials take about as long as 1,000. */
const mostRows = 1000

/**
 * Regression trees grown out on bootstrap samples (Breiman, "Random Forests", 2001), every parameter tried at every split as in
 * scikit-learn's RandomForestRegressor. A choice is split between its values in the order of their means, which finds the best of all subsets
 * (Fisher 1958; Breiman et al. 1984).
 */
export function* growForest(space: CompiledSpace, points: readonly Point[], values: ArrayLike<number>, trees: number, random: Random): Generator<Tree> {
  for (let tree = 0; tree < trees; tree += 1) {
    const rows = Array.from({ length: Math.min(points.length, mostRows) }, () => random.integer(points.length))
    yield growTree(space, points, values, rows, random)
  }
}

interface Split { index: number; gain: number; /** Rows on the left, in the order of the split. */ left: number[]; right: number[]; sides: [Interval | Levels, Interval | Levels] }

function growTree(space: CompiledSpace, points: readonly Point[], values: ArrayLike<number>, rows: number[], random: Random): Tree {
  const leaves: Leaf[] = []
  const open: { rows: number[]; sides: (Interval | Levels | null)[] }[] = [{ rows, sides: space.names.map(() => null) }]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const split = bestSplit(space, points, values, node, random)
    if (split === null) {
      leaves.push({ value: meanOf(values, node.rows), sides: node.sides })
      continue
    }
    const { index, left, right, sides } = split
    open.push({ rows: left, sides: node.sides.with(index, sides[0]) }, { rows: right, sides: node.sides.with(index, sides[1]) })
  }
  return leaves
}

/** The split that takes most from the squared error; null where the values are all one or no parameter differs. */
function bestSplit(space: CompiledSpace, points: readonly Point[], values: ArrayLike<number>, node: { rows: number[]; sides: readonly (Interval | Levels | null)[] }, random: Random): Split | null {
  const { rows, sides } = node
  if (rows.every((row) => values[row] === values[rows[0]!])) return null
  let best: Split | null = null
  // In another order each time, so that of two equal splits none is always preferred.
  for (const index of random.shuffle(Array.from(space.names, (_, each) => each))) {
    const dimension = space.dimensions[index]!
    if (dimension.levels === 1) continue
    const side = sides[index] ?? null
    const found = dimension.kind === 'number' ? splitNumber(points, values, rows, index, side as Interval | null) : splitChoice(points, values, rows, index, side as Levels | null, dimension.levels)
    if (found !== null && found.gain > (best?.gain ?? 1e-15)) best = found
  }
  return best
}

function splitNumber(points: readonly Point[], values: ArrayLike<number>, rows: readonly number[], index: number, side: Interval | null): Split | null {
  const sorted = rows.toSorted((a, b) => points[a]![index]! - points[b]![index]!)
  const cut = bestCut(sorted, values, (before, after) => points[before]![index]! < points[after]![index]!)
  if (cut === null) return null
  const threshold = (points[sorted[cut.at - 1]!]![index]! + points[sorted[cut.at]!]![index]!) / 2
  const { low, high } = side ?? { low: 0, high: 1 }
  return { index, gain: cut.gain, left: sorted.slice(0, cut.at), right: sorted.slice(cut.at), sides: [{ low, high: threshold }, { low: threshold, high }] }
}

function splitChoice(points: readonly Point[], values: ArrayLike<number>, rows: readonly number[], index: number, side: Levels | null, count: number): Split | null {
  const sums = new Float64Array(count)
  const counts = new Float64Array(count)
  for (const row of rows) {
    sums[points[row]![index]!]! += values[row]!
    counts[points[row]![index]!]! += 1
  }
  const meanAt = (level: number): number => (counts[level]! > 0 ? sums[level]! / counts[level]! : Number.POSITIVE_INFINITY)
  const levelOf = (row: number): number => points[row]![index]!
  const sorted = rows.toSorted((a, b) => meanAt(levelOf(a)) - meanAt(levelOf(b)) || levelOf(a) - levelOf(b))
  const cut = bestCut(sorted, values, (before, after) => levelOf(before) !== levelOf(after))
  if (cut === null) return null
  const left = sorted.slice(0, cut.at)
  const lower = new Set(left.map(levelOf))
  const levels = side?.levels ?? Array.from({ length: count }, (_, level) => level)
  return { index, gain: cut.gain, left, right: sorted.slice(cut.at), sides: [{ levels: levels.filter((level) => lower.has(level)) }, { levels: levels.filter((level) => !lower.has(level)) }] }
}

/** Where sorted rows are best cut in two, and the drop of the sum of squared errors. */
function bestCut(sorted: readonly number[], values: ArrayLike<number>, differs: (before: number, after: number) => boolean): { at: number; gain: number } | null {
  let total = 0
  for (const row of sorted) total += values[row]!
  const count = sorted.length
  let best: { at: number; gain: number } | null = null
  let sum = 0
  for (let at = 1; at < count; at += 1) {
    sum += values[sorted[at - 1]!]!
    if (!differs(sorted[at - 1]!, sorted[at]!)) continue
    const gain = (sum * sum) / at + (total - sum) ** 2 / (count - at) - (total * total) / count
    if (best === null || gain > best.gain) best = { at, gain }
  }
  return best
}

const meanOf = (values: ArrayLike<number>, rows: readonly number[]): number => rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length
