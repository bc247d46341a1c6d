import type { Interval } from '@graft/contracts/interval'
import type { Leaderboard } from '@graft/contracts/leaderboard'
import { renderTable } from './table.ts'
import { duration, percent, print } from './terminal.ts'

/** One row of `graft leaderboard --json`. */
export interface Cell {
  dataset: string
  model: string
  recipe: string
  seeds: number[]
  /** Mean test accuracy, 0 to 1. */
  accuracy: number
  /** 95%, over seeds and images. */
  interval: Interval
  /** Mean of a trial. */
  seconds: number
  /** Test images. */
  images: number
  tiedWithBest: boolean
}

/** The cells that have results: by dataset, the best first. */
export function toCells(leaderboard: Leaderboard): Cell[] {
  const order = new Map(leaderboard.datasets.map((dataset, index) => [dataset.version, index]))
  return leaderboard.cells
    .flatMap(({ dataset, datasetVersion, model, recipe, seeds, accuracy, interval, seconds, images, tiedWithBest }) =>
      accuracy === null || interval === null ? [] : [{ position: order.get(datasetVersion) ?? 0, cell: { dataset, model, recipe, seeds, accuracy, interval, seconds: seconds ?? 0, images, tiedWithBest } }],
    )
    .toSorted((a, b) => a.position - b.position || b.cell.accuracy - a.cell.accuracy)
    .map(({ cell }) => cell)
}

/** Cells as a table; `=` marks the best of a dataset and those that cannot be told from it. */
export function printCells(cells: readonly Cell[]): void {
  if (cells.length === 0) return print('No results yet. Get some: graft run --datasets birds --models mobilenet-v2 --seeds 0,1,2')
  const tied = cells.filter((cell) => cell.tiedWithBest && cells.some((other) => other !== cell && other.dataset === cell.dataset && other.tiedWithBest))
  print(
    renderTable(
      [{ title: 'dataset' }, { title: 'model' }, { title: 'recipe' }, { title: 'seeds' }, { title: 'accuracy', align: 'right' }, { title: '95% interval', align: 'right' }, { title: '' }, { title: 'a trial', align: 'right' }],
      cells.map((cell) => [
        cell.dataset,
        cell.model,
        cell.recipe,
        cell.seeds.join(','),
        percent(cell.accuracy),
        `${percent(cell.interval[0])} - ${percent(cell.interval[1])}`,
        tied.includes(cell) ? '=' : '',
        duration(cell.seconds),
      ]),
    ),
  )
  if (tied.length > 0) print('= these cannot be told apart: the best of their dataset and what is tied with it')
}
