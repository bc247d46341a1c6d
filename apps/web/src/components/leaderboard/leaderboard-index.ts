import type { Leaderboard, LeaderboardCell } from '@graft/contracts/leaderboard'

export type ModelColumn = Leaderboard['models'][number]

export interface LeaderboardIndex {
  /** Models with results first, then those that could run, then those that cannot; else in the server's order. */
  models: ModelColumn[]
  cell(dataset: string, model: string): LeaderboardCell | undefined
  /** Whether a model has any cell. */
  hasCells(model: string): boolean
  /** Model id of the dataset's highest accuracy. */
  best(dataset: string): string | undefined
  /** Models of a dataset, best first; those without a result after them. */
  ranked(dataset: string): ModelColumn[]
}

const key = (dataset: string, model: string) => JSON.stringify([dataset, model])

/** The recipe that the board shows at first: the one with the most results; the earliest of equals. */
export function usualRecipe({ recipes, cells }: Leaderboard): Leaderboard['recipes'][number] | undefined {
  const results = (hash: string) => cells.filter(({ recipeHash, accuracy }) => recipeHash === hash && accuracy !== null).length
  return recipes.reduce<Leaderboard['recipes'][number] | undefined>((most, recipe) => (most === undefined || results(recipe.hash) > results(most.hash) ? recipe : most), undefined)
}

/** One recipe's cells, ready to be looked up. */
export function indexLeaderboard(board: Leaderboard, recipeHash: string | undefined): LeaderboardIndex {
  const cells = new Map<string, LeaderboardCell>()
  const best = new Map<string, LeaderboardCell>()
  const withCells = new Set<string>()
  for (const cell of board.cells) {
    if (recipeHash !== undefined && cell.recipeHash !== recipeHash) continue
    cells.set(key(cell.dataset, cell.model), cell)
    withCells.add(cell.model)
    const leader = best.get(cell.dataset)
    if (cell.accuracy !== null && (leader === undefined || cell.accuracy > leader.accuracy!)) best.set(cell.dataset, cell)
  }
  const place = (model: ModelColumn) => (withCells.has(model.id) ? 0 : model.available ? 1 : 2)
  const models = board.models.toSorted((a, b) => place(a) - place(b))
  const accuracyOf = (dataset: string, model: string) => cells.get(key(dataset, model))?.accuracy ?? -1
  return {
    models,
    cell: (dataset, model) => cells.get(key(dataset, model)),
    hasCells: (model) => withCells.has(model),
    best: (dataset) => best.get(dataset)?.model,
    ranked: (dataset) => models.toSorted((a, b) => accuracyOf(dataset, b.id) - accuracyOf(dataset, a.id)),
  }
}
