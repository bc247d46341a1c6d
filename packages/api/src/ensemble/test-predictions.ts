import { GraftError } from '@graft/contracts/errors'
import { readCsv } from './read-csv.ts'

/** What one trial said of the test images, in the order of its dataset version. */
export interface TestPredictions {
  paths: string[]
  /** Of the classes, by place. */
  labels: number[]
  /** Images x classes, row by row. */
  probabilities: Float32Array
}

const [pathColumn, splitColumn, labelColumn, firstProbability] = [0, 1, 2, 4]

/**
 * Reads the test images out of a trial's predictions as it stored them (`predictions.csv`: path, split, label, predicted, a probability a class).
 *
 * @throws GraftError `corrupt` for a file that does not hold the classes, or no numbers.
 */
export function readTestPredictions(csv: string, classes: readonly string[]): TestPredictions {
  // A class may begin like a formula; then it has an apostrophe in front (core's `csvCell`).
  const places = new Map(classes.flatMap((name, place) => [[name, place], [`'${name}`, place]] as const))
  const rows = readCsv(csv)
  const header = rows.next()
  if (header.done === true || header.value.length !== firstProbability + classes.length) throw damaged()
  const [paths, labels, values]: [string[], number[], number[]] = [[], [], []]
  for (const row of rows) {
    if (row[splitColumn] !== 'test') continue
    const label = places.get(row[labelColumn] ?? '')
    const numbers = row.slice(firstProbability).map(Number)
    if (label === undefined || numbers.length !== classes.length || !numbers.every((value) => Number.isFinite(value))) throw damaged()
    paths.push(row[pathColumn]!)
    labels.push(label)
    values.push(...numbers)
  }
  return { paths, labels, probabilities: Float32Array.from(values) }
}

const damaged = () => new GraftError('corrupt', 'The predictions that a trial stored cannot be read.', { hint: 'Train it again.' })
