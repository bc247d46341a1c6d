/** A text as one argument of a POSIX shell: `birds`, `'two words'`. */
export function shellArgument(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
