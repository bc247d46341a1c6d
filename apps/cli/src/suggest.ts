import { GraftError } from '@graft/contracts/errors'

/** Letters to change, add or take away to get from one word to the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** Up to three of the words that look like `word`, closest first. */
export function suggest(word: string, words: readonly string[]): string[] {
  const wanted = word.slice(0, 100).toLowerCase()
  return words
    .map((candidate) => {
      const lower = candidate.toLowerCase()
      return { candidate, away: lower.includes(wanted) || wanted.includes(lower) ? 0 : distance(wanted, lower) }
    })
    .filter(({ away, candidate }) => away <= Math.max(2, Math.floor(Math.max(wanted.length, candidate.length) / 3)))
    .toSorted((a, b) => a.away - b.away)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

/** Checks that a name is one of those there are. @throws GraftError `not_found` that says what comes near, or all there is. */
export function requireKnown(kind: 'model' | 'dataset' | 'recipe' | 'sweep', name: string, names: readonly string[]): void {
  if (names.includes(name)) return
  const near = suggest(name, names)
  const listed = names.length === 0 ? `There is no ${kind} yet.` : `There ${names.length === 1 ? 'is' : 'are'}: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`
  throw new GraftError('not_found', `There is no ${kind} “${name.slice(0, 100)}”.`, { hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : listed, field: kind })
}
