import type { Command } from 'commander'
import type { z } from 'zod'
import { GraftError } from '@graft/contracts/errors'
import { overallFraction } from '@graft/contracts/overall-fraction'
import { sweepRequestSchema, type SweepEstimate } from '@graft/contracts/sweep'
import { isTerminal } from '@graft/contracts/trial'
import type { SweepView } from '@graft/contracts/views'
import { parseSeeds, requireInput, splitList } from './input.ts'
import { printCells, toCells } from './leaderboard-cells.ts'
import { pollUntil } from './poll.ts'
import { startProgress } from './progress.ts'
import { readRecipe, type RecipeOptions } from './recipe-option.ts'
import { connect, type ServerClient } from './server-client.ts'
import { requireKnown } from './suggest.ts'
import { duration, paint, print, printable, printJson, remark } from './terminal.ts'

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
  remark(describe(estimate))
  if (options.estimate) return options.json ? printJson(estimate) : undefined
  const { sweepId } = await client.call((api) => api.sweep.create.mutate(request))
  if (options.detach) return options.json ? printJson({ sweepId }) : print(`Sweep ${sweepId} runs; \`graft status\` shows it.`)
  const sweep = await wait(client, sweepId)
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

function describe(estimate: SweepEstimate): string {
  const toRun = estimate.trials - estimate.alreadyDone
  const workers = estimate.workers === 0 ? 'no worker is online: start one with `graft worker`' : `${estimate.workers} worker${estimate.workers === 1 ? '' : 's'}`
  const done = estimate.alreadyDone > 0 ? ` (${estimate.alreadyDone} have a result already)` : ''
  return `${estimate.trials} trial${estimate.trials === 1 ? '' : 's'}${done}; about ${duration(toRun === 0 ? 0 : estimate.seconds)} (${estimate.basis}), ${workers}.`
}

async function wait(client: ServerClient, id: string): Promise<SweepView> {
  const progress = await startProgress('run')
  const leave = () => {
    progress.stop()
    remark('The sweep goes on at the server; `graft status` shows it.')
    process.exit(130)
  }
  process.once('SIGINT', leave)
  try {
    return await pollUntil(
      () => client.ask((api) => api.sweep.get.query({ id })),
      (sweep) => sweep.trials.every((trial) => isTerminal(trial.state)),
      (sweep) => progress.update(fractionDone(sweep), describeProgress(sweep)),
    )
  } finally {
    progress.stop()
    process.removeListener('SIGINT', leave)
  }
}

function fractionDone(sweep: SweepView): number {
  const shares = sweep.trials.map((trial) => (isTerminal(trial.state) ? 1 : trial.state === 'running' ? ((trial.progress && overallFraction(trial.progress)) ?? 0) : 0))
  return sweep.trials.length === 0 ? 1 : shares.reduce((sum, share) => sum + share, 0) / sweep.trials.length
}

function describeProgress(sweep: SweepView): string {
  const running = sweep.trials.find((trial) => trial.state === 'running')
  const left = sweep.secondsLeft === null || sweep.secondsLeft === 0 ? '' : `, about ${duration(sweep.secondsLeft)} left`
  return `${sweep.counts.finished} of ${sweep.trials.length} trials${left}${running ? ` | ${running.model} on ${running.dataset}: ${running.progress?.stage ?? ''}` : ''}`
}

/** @throws GraftError when trials failed. */
async function printResult(client: ServerClient, sweep: SweepView, options: RunOptions): Promise<void> {
  const leaderboard = await client.ask((api) => api.leaderboard.get.query({}))
  const ours = new Set(sweep.trials.map((trial) => trial.id))
  const cells = toCells({ ...leaderboard, cells: leaderboard.cells.filter((cell) => cell.trials.some(({ id }) => ours.has(id))) })
  if (options.json) printJson(cells)
  else if (cells.length > 0) printCells(cells)
  const failed = sweep.trials.filter((trial) => trial.state !== 'finished')
  for (const trial of failed.slice(0, 5)) remark(`${paint('red', trial.state, process.stderr)}: ${printable(`${trial.model} on ${trial.dataset}, seed ${trial.seed}: ${trial.error?.message ?? ''}`)}`)
  if (failed.length === 0) return
  const error = failed.find((trial) => trial.error)?.error
  throw new GraftError(error?.code ?? 'aborted', `${failed.length} of ${sweep.trials.length} trials did not finish${error ? `: ${error.message}` : '.'}`, error?.hint === undefined ? {} : { hint: error.hint })
}
