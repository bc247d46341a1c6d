import type { ConfusionMatrix } from '@graft/contracts/views'

export interface ConfusionRow {
  name: string
  total: number
  /** Share of this class that was found. */
  recall: number
  cells: { count: number; share: number }[]
}
export interface ConfusionLayout {
  rows: ConfusionRow[]
  /** Images of the true class that went to another one, most first. */
  mistakes: { truth: number; predicted: number; count: number }[]
  correct: number
  total: number
}

/** Counts as shares of each true class, and the commonest mistakes. */
export function layOutConfusion({ classes, counts }: ConfusionMatrix): ConfusionLayout {
  let correct = 0
  let total = 0
  const mistakes: ConfusionLayout['mistakes'] = []
  const rows = classes.map((name, truth) => {
    const row = counts[truth] ?? []
    const sum = row.reduce((rest, count) => rest + count, 0)
    total += sum
    correct += row[truth] ?? 0
    for (const [predicted, count] of row.entries()) if (predicted !== truth && count > 0) mistakes.push({ truth, predicted, count })
    return { name, total: sum, recall: sum === 0 ? 0 : (row[truth] ?? 0) / sum, cells: classes.map((_, predicted) => ({ count: row[predicted] ?? 0, share: sum === 0 ? 0 : (row[predicted] ?? 0) / sum })) }
  })
  return { rows, mistakes: mistakes.toSorted((a, b) => b.count - a.count), correct, total }
}
