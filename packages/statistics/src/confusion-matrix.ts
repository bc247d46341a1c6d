/**
 * Counts of (true class, predicted class).
 *
 * @param pairs label and prediction as class indexes, with how often (1 when absent).
 * @returns rows by true class, columns by predicted class.
 * @throws RangeError for an index outside the classes.
 */
export function confusionMatrix(classes: number, pairs: Iterable<{ label: number; predicted: number; count?: number }>): number[][] {
  const counts = Array.from({ length: classes }, () => Array.from<number>({ length: classes }).fill(0))
  for (const { label, predicted, count = 1 } of pairs) {
    const row = counts[label]
    if (row?.[predicted] === undefined) throw new RangeError(`There is no class ${row === undefined ? label : predicted} of ${classes}.`)
    row[predicted] += count
  }
  return counts
}
