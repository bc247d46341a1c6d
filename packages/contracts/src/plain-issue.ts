interface Issue {
  message: string
}

const wanted: Readonly<Record<string, string>> = {
  number: 'A number is needed.',
  nan: 'A number is needed.',
  int: 'A whole number is needed.',
  string: 'A text is needed.',
  boolean: 'true or false is needed.',
  array: 'A list is needed.',
  tuple: 'A list is needed.',
  object: 'An object with fields is needed.',
  record: 'An object with fields is needed.',
}
const bounds: Readonly<Record<string, string>> = { '<=': 'At most', '<': 'Less than', '>=': 'At least', '>': 'More than' }
const parts: Readonly<Record<string, string>> = { string: ' characters', array: ' entries', file: ' bytes' }

/**
 * The sentence of an issue of zod's in plain words: zod's own are written for programmers (`Too big: expected number to be
 * <=1024`). Sentences of our own schemas stay as they are.
 */
export function plainIssue({ message }: Issue): string {
  const type = /^Invalid input: expected (\w+)(?:, received .+)?$/.exec(message)?.[1]
  if (type !== undefined) return wanted[type] ?? message
  const bound = /^Too (?:big|small): expected (\w+) to (?:be|have) (<=|<|>=|>) ?(\S+)/.exec(message)
  if (bound !== null) return `${bounds[bound[2]!]} ${bound[3]}${bound[3] === '1' ? (parts[bound[1]!]?.replace(/ies$/, 'y').replace(/s$/, '') ?? '') : (parts[bound[1]!] ?? '')}.`
  const literal = /^Invalid input: expected (".*"|[\d.]+|true|false)$/.exec(message)?.[1]
  if (literal !== undefined) return `Only ${literal.replaceAll('"', '')} is possible.`
  const options = /^Invalid option: expected one of (.+)$/.exec(message)?.[1]
  if (options !== undefined) return `One of ${options.split('|').map((option) => option.replaceAll('"', '')).join(', ')} is needed.`
  const keys = /^Unrecognized keys?: (.+)$/.exec(message)?.[1]
  if (keys !== undefined) return `There is no ${keys.replaceAll('"', '')} here: misspelt?`
  return message
}
