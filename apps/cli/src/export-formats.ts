import { GraftError } from '@graft/contracts/errors'
import { exportFormats, type ExportFormat } from '@graft/contracts/trial'

/** `onnx,keras` as formats; ONNX alone where nothing is given. Throws `invalid_input` for an unknown one. */
export function parseFormats(given: string | undefined): ExportFormat[] {
  const names = given === undefined ? ['onnx'] : [...new Set(given.split(',').map((name) => name.trim().toLowerCase()).filter(Boolean))]
  const unknown = names.find((name) => !exportFormats.includes(name as ExportFormat))
  if (unknown !== undefined || names.length === 0) throw new GraftError('invalid_input', `--format: there is no format “${(unknown ?? '').slice(0, 40)}”.`, { hint: `There are: ${exportFormats.join(', ')}; several with commas.`, field: '--format' })
  return names as ExportFormat[]
}
