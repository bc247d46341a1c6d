import type { Command } from 'commander'
import { GraftError } from '@graft/contracts/errors'
import type { ParsedSweepRequest } from '@graft/contracts/sweep'
import { parseNumber } from '../input.ts'
import { connect, type ServerClient } from '../server-client.ts'
import { print, printJson, remark } from '../terminal.ts'
import { describeEstimate } from './describe-estimate.ts'
import { readSweep } from './read-file.ts'
import { printSweep } from './show.ts'
import { waitForSweep } from './wait-for-sweep.ts'

export interface LaunchOptions {
  name?: string
  seed?: string
  detach?: boolean
  estimate?: boolean
  json?: boolean
}

/** `graft sweep launch FILE`. @throws GraftError when trials failed. */
export async function launchSweep(file: string, options: LaunchOptions, command: Command): Promise<void> {
  const request = withOptions(await readSweep(file), options)
  const client = connect(command)
  const estimate = await client.call((api) => api.sweep.estimate.query(request))
  remark(describeEstimate(estimate))
  if (options.estimate) return options.json ? printJson(estimate) : undefined
  const { sweepId } = await client.call((api) => api.sweep.create.mutate(request))
  if (options.detach) return options.json ? printJson({ sweepId }) : print(`Sweep ${sweepId} runs; \`graft sweep show ${sweepId}\` shows it.`)
  await waitAndPrint(client, sweepId, options.json === true)
}

/** @throws GraftError when trials failed. */
export async function waitAndPrint(client: ServerClient, sweepId: string, asJson: boolean): Promise<void> {
  const sweep = await waitForSweep(client, sweepId, 'sweep')
  await printSweep(client, sweep, asJson)
  const { failed } = sweep.counts
  if (failed > 0) throw new GraftError('internal', `${failed} trials failed.`, { hint: `See why: graft sweep show ${sweep.id}. Queue them again: graft sweep retry ${sweep.id}.` })
}

function withOptions(request: ParsedSweepRequest, { name, seed }: LaunchOptions): ParsedSweepRequest {
  if (seed !== undefined && request.search === undefined) throw new GraftError('invalid_input', '--seed is the seed of a search, and this sweep has none.', { hint: 'The seeds of its trials stand in the file under “seeds”.' })
  return { ...request, ...(name === undefined ? {} : { name }), ...(seed === undefined ? {} : { search: { ...request.search!, seed: parseNumber('--seed', seed) } }) }
}
