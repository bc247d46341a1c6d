import { readFile } from 'node:fs/promises'
import { GraftError } from '@graft/contracts/errors'

/** What a YAML or JSON file holds. `what` it is and the `hint` are the error's. @throws GraftError `invalid_input` with the parser's first line. */
export async function readYamlFile(what: 'recipe' | 'sweep', file: string, hint: string): Promise<unknown> {
  const { parse } = await import('yaml')
  try {
    return parse(await readFile(file, 'utf8'), { maxAliasCount: 20 }) as unknown
  } catch (cause) {
    throw new GraftError('invalid_input', `The ${what} file ${file} is no valid YAML or JSON: ${cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)}`, { hint, cause })
  }
}
