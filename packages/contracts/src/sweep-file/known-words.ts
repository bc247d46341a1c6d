import { GraftError } from '../errors.ts'

export type Fields = Record<string, unknown>

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** @throws GraftError `invalid_input` for what is no object. */
export function requireFields(value: unknown, field: string): Fields {
  if (isFields(value)) return value
  throw new GraftError('invalid_input', `${field || 'The file'}: fields are needed, as \`name: value\`.`, { field })
}

/** @throws GraftError `invalid_input` for a word that is not among those known, with what is known. */
export function refuseUnknown(fields: Fields, known: readonly string[], field: string): void {
  const word = Object.keys(fields).find((name) => !known.includes(name))
  if (word !== undefined) throw unknownWord(word, known, field)
}

export function unknownWord(word: string, known: readonly string[], field: string): GraftError {
  return new GraftError('invalid_input', `${field === '' ? '' : `${field}: `}there is no “${word.slice(0, 60)}” here.`, { hint: `There is ${known.join(', ')}.`, field: field === '' ? word : `${field}.${word}` })
}

/** A word out of a table. @throws GraftError `invalid_input` with what is known. */
export function translate<Value>(word: unknown, table: Readonly<Record<string, Value>>, field: string): Value {
  if (typeof word === 'string' && Object.hasOwn(table, word)) return table[word]!
  throw new GraftError('invalid_input', `${field}: “${String(word).slice(0, 60)}” is not known here.`, { hint: `There is ${Object.keys(table).join(', ')}.`, field })
}
