import type { Command } from 'commander'
import { GraftError } from '@graft/contracts/errors'
import type { ParsedSweepRequest, SweepEstimate } from '@graft/contracts/sweep'
import { isTerminal } from '@graft/contracts/trial'
import { parseNumber } from '../input.ts'
import { pollUntil } from '../poll.ts'
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
  const estimate = await estimateWithMemory(client, request)
  remark(describeEstimate(estimate))
  if (options.estimate) return options.json ? printJson(estimate) : undefined
  const { sweepId } = await client.call((api) => api.sweep.create.mutate(request))
  if (options.detach) return options.json ? printJson({ sweepId }) : print(`Sweep ${sweepId} runs; \`graft sweep show ${sweepId}\` shows it.`)
  await waitAndPrint(client, sweepId, options.json === true)
}

/** Longest wait for a worker's word on the memory: it is busy then, and the launch goes on without. */
const planMilliseconds = 10_000

/** What it would take; the memory by the planner of a worker, which is asked where nobody has asked before. */
async function estimateWithMemory(client: ServerClient, request: ParsedSweepRequest): Promise<SweepEstimate> {
  const ask = () => client.call((api) => api.sweep.estimate.query(request))
  const first = await ask()
  if (first.workers === 0 || first.memory.state === 'planned') return first
  await client.call((api) => api.sweep.plan.mutate(request))
  const end = performance.now() + planMilliseconds
  return pollUntil(ask, ({ memory }) => memory.plans.every(({ state }) => state !== null && isTerminal(state)) || performance.now() > end, () => undefined)
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
