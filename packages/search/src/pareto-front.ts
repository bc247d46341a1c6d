/** Indexes of the rows that no other row beats: none is at least as good in both and better in one. By rising cost; of equal rows all. */
export function paretoFront(rows: readonly { /** Higher is better. */ score: number; /** Lower is better, seconds for example. */ cost: number }[]): number[] {
  const order = rows
    .map((_, index) => index)
    .filter((index) => Number.isFinite(rows[index]!.score) && Number.isFinite(rows[index]!.cost))
    .toSorted((a, b) => rows[a]!.cost - rows[b]!.cost || rows[b]!.score - rows[a]!.score || a - b)
  const front: number[] = []
  for (const index of order) {
    const last = front.at(-1)
    const { score, cost } = rows[index]!
    if (last === undefined || score > rows[last]!.score || (score === rows[last]!.score && cost === rows[last]!.cost)) front.push(index)
  }
  return front
}
