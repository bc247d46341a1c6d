import type { Command } from 'commander'
import { writeCsv } from './csv.ts'
import { printCells, toCells } from './leaderboard-cells.ts'
import { connect } from './server-client.ts'
import { requireKnown } from './suggest.ts'
import { printJson } from './terminal.ts'

/** Prints the leaderboard as a table, as CSV or as JSON. */
export async function showLeaderboard(options: { recipe?: string; csv?: boolean; json?: boolean }, command: Command): Promise<void> {
  const leaderboard = await connect(command).call((api) => api.leaderboard.get.query({}))
  if (options.recipe !== undefined) requireKnown('recipe', options.recipe, leaderboard.recipes.map((recipe) => recipe.name))
  const cells = toCells(leaderboard).filter((cell) => options.recipe === undefined || cell.recipe === options.recipe)
  if (options.json) return printJson(cells)
  if (!options.csv) return printCells(cells)
  process.stdout.write(
    writeCsv([
      ['dataset', 'model', 'recipe', 'seeds', 'accuracy', 'interval low', 'interval high', 'seconds', 'test images', 'tied with best'],
      ...cells.map((cell) => [cell.dataset, cell.model, cell.recipe, cell.seeds.join(' '), cell.accuracy, cell.interval[0], cell.interval[1], cell.seconds, cell.images, cell.tiedWithBest ? 'yes' : 'no']),
    ]),
  )
}
