import type { SweepColumns } from './sweep-columns.ts'

/** A cell that every CSV reader reads (RFC 4180) and no spreadsheet runs (OWASP, "CSV Injection"). */
function csvCell(value: unknown): string {
  if (typeof value === 'number') return String(value)
  const text = value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** Trials as CSV: a line each in the order given, with every parameter by its full name. `names`: of the parameters, in the order of a trial's values. */
export function trialCsv({ trials, metric }: SweepColumns, names: readonly string[], chosen: readonly number[]): string {
  const parameters = names.flatMap((name, index) => (name === 'dataset' || name === 'model' ? [] : [{ name, index }]))
  const header = ['configuration', 'trial', 'state', metric, 'test/accuracy', 'dataset', 'model', 'seed', ...parameters.map(({ name }) => name), 'epochs', 'seconds']
  const rows = chosen.map((place) => {
    const { configuration, trialId, state, objective, testAccuracy, dataset, model, seed, values, epochs, seconds } = trials[place]!
    return [configuration + 1, trialId, state, objective, testAccuracy, dataset, model, seed, ...parameters.map(({ index }) => values[index]), epochs, seconds]
  })
  return [header, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('')
}
