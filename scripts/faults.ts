import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { faultMatrix, faultsPage } from '../e2e/faults/matrix.ts'
import { root } from './environment.ts'
import { executable, runToEnd } from './processes.ts'

/** `npm run faults [-- WORDS …]`: the tests of the fault matrix and its table; words choose files. `--write` only writes docs/faults.md. */
export async function faults(words: readonly string[]): Promise<number> {
  if (words.includes('--write')) {
    writeFileSync(path.join(root, 'docs/faults.md'), faultsPage(faultMatrix))
    return 0
  }
  const files = [...new Set(faultMatrix.map(({ file }) => file))].filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  return (await runToEnd(executable('vitest'), ['run', '--config', 'e2e/faults/vitest.config.ts', ...files])).code
}
