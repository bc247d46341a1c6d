import { stat } from 'node:fs/promises'
import { GraftError } from '@graft/contracts/errors'
import type { ParsedSweepRequest } from '@graft/contracts/sweep'
import { readSweepFile } from '@graft/contracts/sweep-file/read-sweep-file'
import { readYamlFile } from '../read-yaml-file.ts'

const largestFile = 1024 * 1024

/** A sweep file, YAML or JSON. @throws GraftError `not_found`, `too_large`, `invalid_input` at the word at fault. */
export async function readSweep(file: string): Promise<ParsedSweepRequest> {
  const there = await stat(file).catch(() => null)
  if (!there?.isFile()) throw new GraftError('not_found', `There is no sweep file ${file}.`, { hint: 'docs/sweeps.md shows one.' })
  if (there.size > largestFile) throw new GraftError('too_large', `The sweep file ${file} has ${(there.size / 2 ** 20).toFixed(1)} MB; at most ${largestFile / 2 ** 20} MB are read.`, { hint: 'docs/sweeps.md shows one.' })
  return readSweepFile(await readYamlFile('sweep', file, 'docs/sweeps.md shows one.'))
}
