import type { Command } from 'commander'
import { GraftError } from '@graft/contracts/errors'
import { parseNumber, parseSeeds } from '../input.ts'
import { connect } from '../server-client.ts'
import { counted, print } from '../terminal.ts'
import { findSweepId } from './find-sweep.ts'

interface ExtendOptions {
  dataset?: string[]
  model?: string[]
  seeds?: string
  trials?: string
  seconds?: string
  images?: string
}

/** `graft sweep extend`. */
export async function extendSweep(wanted: string, options: ExtendOptions, command: Command): Promise<void> {
  const { dataset: datasets = [], model: models = [] } = options
  const seeds = options.seeds === undefined ? [] : parseSeeds(options.seeds)
  const limits = (['trials', 'seconds', 'images'] as const).flatMap((kind) => (options[kind] === undefined ? [] : [[kind, parseNumber(`--${kind}`, options[kind])] as const]))
  if (datasets.length + models.length + seeds.length + limits.length === 0) throw new GraftError('invalid_input', 'Nothing was given to extend the sweep by.', { hint: 'For instance: graft sweep extend NAME --trials 100, or --seeds 3-4.' })
  const client = connect(command)
  const id = await findSweepId(client, wanted)
  const { added } = await client.call((api) => api.sweep.extend.mutate({ id, datasets, models, seeds, ...(limits.length === 0 ? {} : { budget: Object.fromEntries(limits) }) }))
  print(`${counted(added, 'trial')} added.`)
}
