import type { Stopping } from '@graft/contracts/sweep-search'

/** One successive halving of Hyperband. */
export interface Bracket {
  /** Its first rung. */
  minimumEpochs: number
  /** Its share of the trials is this over the sum of all brackets. */
  trials: number
}

/**
 * Hyperband's brackets, the most eager one first (Li et al., "Hyperband", JMLR 18, 2018, algorithm 1): floor(log_eta(R / r)) + 1 of them, where R are
 * the epochs of a whole trial and r the least; bracket b begins at r eta^b and has ceil(B eta^s / (s + 1)) trials with s = B - 1 - b.
 */
export function bracketsOf({ minimumEpochs, eta, brackets }: Extract<Stopping, { kind: 'hyperband' }>, maximumEpochs: number): Bracket[] {
  const possible = Math.floor(Math.log(Math.max(1, maximumEpochs / minimumEpochs)) / Math.log(eta) + 1e-9) + 1
  const count = Math.min(possible, brackets ?? possible)
  return Array.from({ length: count }, (_, bracket) => {
    const s = count - 1 - bracket
    return { minimumEpochs: Math.ceil(minimumEpochs * eta ** bracket - 1e-9), trials: Math.ceil((count * eta ** s) / (s + 1)) }
  })
}

/**
 * The bracket of a proposal, by its number alone: in every run of as many proposals as the brackets have trials together, each bracket gets its
 * number, spread evenly (each proposal goes to the bracket that is furthest behind its share).
 */
export function bracketOf(index: number, brackets: readonly Bracket[]): number {
  const total = brackets.reduce((sum, { trials }) => sum + trials, 0)
  const assigned = brackets.map(() => 0)
  for (let proposal = 0; ; proposal += 1) {
    let furthest = 0
    let behind = Number.NEGATIVE_INFINITY
    brackets.forEach(({ trials }, bracket) => {
      const lag = (trials / total) * (proposal + 1) - assigned[bracket]!
      if (lag > behind + 1e-12) [furthest, behind] = [bracket, lag]
    })
    if (proposal === index % total) return furthest
    assigned[furthest]! += 1
  }
}
