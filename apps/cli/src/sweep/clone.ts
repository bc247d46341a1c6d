import type { Command } from 'commander'
import { parseNumber } from '../input.ts'
import { connect } from '../server-client.ts'
import { counted, print } from '../terminal.ts'
import { findSweepId } from './find-sweep.ts'

/** `graft sweep clone`. */
export async function cloneSweep(wanted: string, { name, seed }: { name?: string; seed?: string }, command: Command): Promise<void> {
  const client = connect(command)
  const id = await findSweepId(client, wanted)
  const made = await client.call((api) => api.sweep.clone.mutate({ id, ...(name === undefined ? {} : { name }), ...(seed === undefined ? {} : { seed: parseNumber('--seed', seed) }) }))
  print(`Sweep ${made.sweepId} runs: ${counted(made.trials, 'trial')} so far, ${made.alreadyDone} with a result already.`)
}
