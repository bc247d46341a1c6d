/** How many rows go to the database at once: a few megabytes. */
const rowsPerBatch = 5000

/** A long list in pieces. */
export function* inBatches<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let start = 0; start < items.length; start += rowsPerBatch) yield items.slice(start, start + rowsPerBatch)
}
