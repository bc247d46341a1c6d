import type { Command } from 'commander'
import type { z } from 'zod'
import { GraftError } from '@graft/contracts/errors'
import { sweepRequestSchema } from '@graft/contracts/sweep'
import type { Page, SweepTrialItem, SweepView } from '@graft/contracts/views'
import { parseSeeds, requireInput, splitList } from './input.ts'
import { printCells, toCells } from './leaderboard-cells.ts'
import { readRecipe, type RecipeOptions } from './recipe-option.ts'
import { connect, type ServerClient } from './server-client.ts'
import { requireKnown } from './suggest.ts'
import { describeEstimate } from './sweep/describe-estimate.ts'
import { waitForSweep } from './sweep/wait-for-sweep.ts'
import { paint, print, printable, printJson, remark } from './terminal.ts'

type ParsedSweep = z.output<typeof sweepRequestSchema>

export interface RunOptions extends RecipeOptions {
  datasets?: string
  dataset?: string[]
  models?: string
  model?: string[]
  seeds: string
  name?: string
  detach?: boolean
  estimate?: boolean
  json?: boolean
}

/** Launches a sweep, says beforehand what it takes, waits for it and prints its cells of the leaderboard. */
export async function runSweep(options: RunOptions, command: Command): Promise<void> {
  const asked = await readRequest(options)
  const client = connect(command)
  const request = await onlyKnown(client, asked)
  const estimate = await client.call((api) => api.sweep.estimate.query(request))
  remark(describeEstimate(estimate))
  if (options.estimate) return options.json ? printJson(estimate) : undefined
  const { sweepId } = await client.call((api) => api.sweep.create.mutate(request))
  if (options.detach) return options.json ? printJson({ sweepId }) : print(`Sweep ${sweepId} runs; \`graft status\` shows it.`)
  const sweep = await waitForSweep(client, sweepId, 'run')
  await printResult(client, sweep, options)
}

async function readRequest(options: RunOptions): Promise<ParsedSweep> {
  const datasets = [...(options.dataset ?? []), ...splitList(options.datasets ?? '')]
  const models = [...(options.model ?? []), ...splitList(options.models ?? '')]
  requireOnce('dataset', datasets)
  requireOnce('model', models)
  const recipe = await readRecipe(options)
  return requireInput(sweepRequestSchema, { ...(options.name === undefined ? {} : { name: options.name }), datasets, models, recipe, seeds: parseSeeds(options.seeds) }, '', 'For instance: graft run --datasets birds --models mobilenet-v2 --seeds 0,1,2')
}

function requireOnce(kind: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new GraftError('invalid_input', `The ${kind} “${twice}” stands twice.`, { hint: `Name each ${kind} once; more seeds give more runs of it.` })
}

/** The request with names that are all there. Datasets may be named by the hash of a version as well. */
async function onlyKnown(client: ServerClient, request: ParsedSweep): Promise<ParsedSweep> {
  const [datasets, models] = await client.call((api) => Promise.all([api.dataset.list.query(), api.model.list.query()]))
  const known = { datasets: datasets.map((dataset) => dataset.name), models: models.map((model) => model.id) }
  const sweep = { ...request, datasets: request.datasets.flatMap((name) => partsIfKnown(name, known.datasets)), models: request.models.flatMap((id) => partsIfKnown(id, known.models)) }
  for (const name of sweep.datasets) if (!/^[0-9a-f]{64}$/.test(name)) requireKnown('dataset', name, known.datasets)
  for (const id of sweep.models) requireKnown('model', id, known.models)
  requireOnce('dataset', sweep.datasets)
  requireOnce('model', sweep.models)
  return sweep
}

/** `--dataset a,b` is one name with a comma where there is such a one, else the list that `--datasets` takes. */
function partsIfKnown(name: string, known: readonly string[]): string[] {
  const parts = splitList(name)
  return parts.length > 1 && !known.includes(name) && parts.every((part) => known.includes(part)) ? parts : [name]
}

/** @throws GraftError when trials failed. */
async function printResult(client: ServerClient, sweep: SweepView, options: RunOptions): Promise<void> {
  const leaderboard = await client.ask((api) => api.leaderboard.get.query({}))
  const trials = await allTrials(client, sweep.id)
  const ours = new Set(trials.map((trial) => trial.id))
  const cells = toCells({ ...leaderboard, cells: leaderboard.cells.filter((cell) => cell.trials.some(({ id }) => ours.has(id))) })
  if (options.json) printJson(cells)
  else if (cells.length > 0) printCells(cells)
  const failed = trials.filter((trial) => trial.state !== 'finished')
  for (const trial of failed.slice(0, 5)) remark(`${paint('red', trial.state, process.stderr)}: ${printable(`${trial.model} on ${trial.dataset}, seed ${trial.seed}: ${trial.error?.message ?? ''}`)}`)
  if (failed.length === 0) return
  const error = failed.find((trial) => trial.error)?.error
  throw new GraftError(error?.code ?? 'aborted', `${failed.length} of ${trials.length} trials did not finish${error ? `: ${error.message}` : '.'}`, error?.hint === undefined ? {} : { hint: error.hint })
}

async function allTrials(client: ServerClient, id: string): Promise<SweepTrialItem[]> {
  const trials: SweepTrialItem[] = []
  for (let cursor: string | null = null; ; ) {
    const page: Page<SweepTrialItem> = await client.ask((api) => api.sweep.trials.query({ id, cursor, limit: 500 }))
    trials.push(...page.items)
    if (page.nextCursor === null) return trials
    cursor = page.nextCursor
  }
}
