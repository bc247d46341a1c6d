import type { Command } from 'commander'
import type { SweepView, SweepTrialItem } from '@graft/contracts/views'
import { connect, type ServerClient } from '../server-client.ts'
import { renderTable } from '../table.ts'
import { bar, counted, duration, paint, percent, print, printable, printJson, remark, size } from '../terminal.ts'
import { findSweepId } from './find-sweep.ts'
import { waitForSweep } from './wait-for-sweep.ts'

const bestShown = 10

/** `graft sweep show`. */
export async function showSweep(wanted: string, options: { json?: boolean }, command: Command): Promise<void> {
  const client = connect(command)
  const id = await findSweepId(client, wanted)
  await printSweep(client, await client.call((api) => api.sweep.get.query({ id })), options.json === true)
}

/** `graft sweep watch`. */
export async function watchToEnd(wanted: string, command: Command): Promise<void> {
  const client = connect(command)
  await printSweep(client, await waitForSweep(client, await findSweepId(client, wanted), 'sweep'), false)
}

/** How far it is, its best trials, why some failed, its forecast beside what came. */
export async function printSweep(client: ServerClient, sweep: SweepView, asJson: boolean): Promise<void> {
  const { id } = sweep
  const best = await client.ask((api) => api.sweep.trials.query({ id, order: 'objective', limit: bestShown, states: ['finished', 'running', 'pruned'] }))
  if (asJson) return printJson({ ...sweep, trials: best.items })
  printState(sweep)
  if (sweep.best !== null && sweep.search !== null) print(`best     configuration ${sweep.best.configuration}: ${sweep.search.objective.metric} ${sweep.best.value.toFixed(4)} with ${parametersInWords(sweep.best.parameters)}`)
  printForecast(sweep)
  if (best.items.length > 0) print(`\n${renderTable([{ title: 'configuration', align: 'right' }, { title: 'dataset' }, { title: 'model' }, { title: 'seed', align: 'right' }, { title: 'state' }, { title: 'validation', align: 'right' }, { title: 'test', align: 'right' }, { title: 'parameters' }], best.items.map(row))}`)
  await explainFailures(client, sweep)
}

const row = ({ configuration, dataset, model, seed, state, objective, accuracy, parameters }: SweepTrialItem): string[] => [
  String(configuration),
  dataset,
  model,
  String(seed),
  state,
  objective === null ? '' : objective.toFixed(4),
  accuracy === null ? '' : percent(accuracy),
  parametersInWords(parameters),
]

function parametersInWords(parameters: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(parameters)
  return Object.entries(parameters)
    .map(([name, value]) => `${shortName(name, names)} ${typeof value === 'number' ? Number(value.toPrecision(4)) : JSON.stringify(value)}`)
    .join(', ')
}

/** The shortest end of a path that no other of the names has: `learningRate`, `phases.1.epochs`. */
function shortName(name: string, names: readonly string[]): string {
  const parts = name.split('.')
  for (let length = 1; length < parts.length; length += 1) {
    const end = parts.slice(-length).join('.')
    if (!/^\d/.test(end) && !names.some((other) => other !== name && (other === end || other.endsWith(`.${end}`)))) return end
  }
  return name
}

function printState(sweep: SweepView): void {
  const { counts, configurations, used, exhausted, search } = sweep
  const states = Object.entries(counts).filter(([, count]) => count > 0)
  print(`${paint('bold', printable(sweep.name))}  ${sweep.id}`)
  print(`state    ${sweep.state} ${bar(sweep.fraction)} ${percent(sweep.fraction)}${sweep.state === 'running' && sweep.secondsLeft !== null ? `, about ${duration(sweep.secondsLeft)} left` : ''}`)
  print(`trials   ${states.map(([state, count]) => `${count} ${state}`).join(', ')}`)
  if (search !== null) {
    const tried = Object.values(configurations).reduce((sum, count) => sum + count, 0)
    print(`search   ${search.method}, ${counted(tried, 'configuration')}${search.stopping === undefined ? '' : `, stops by ${search.stopping.kind}`}, seed ${search.seed}`)
    if (search.budget !== undefined) print(`budget   ${Object.entries(search.budget).map(([kind, limit]) => `${Math.round(used[kind as keyof typeof used]).toLocaleString('en-US')} of ${limit.toLocaleString('en-US')} ${kind}`).join(', ')}`)
    if (exhausted !== null) print(`ended    ${exhausted}`)
  }
}

function printForecast({ forecast }: SweepView): void {
  if (forecast === null) return
  const { forecast: told, actual, error } = forecast
  const said = (name: string, before: string, after: string | null, wrong: number | null): string => `${name} ${before}${after === null ? '' : `, came ${after}`}${wrong === null ? '' : ` (${wrong > 0 ? '+' : ''}${(wrong * 100).toFixed(0)}%)`}`
  const parts = [
    said('time', duration(told.seconds), actual && duration(actual.seconds), error && error.seconds),
    said('training', duration(told.workSeconds), actual && duration(actual.workSeconds), error && error.workSeconds),
    said('storage', size(told.disk.storageBytes), actual && size(actual.storageBytes), error && error.storageBytes),
    ...(told.memoryBytes === null ? [] : [said('memory', size(told.memoryBytes), actual?.memoryBytes == null ? null : size(actual.memoryBytes), error && error.memoryBytes)]),
  ]
  print(`forecast ${parts.join('; ')}`)
}

async function explainFailures(client: ServerClient, { id, counts }: SweepView): Promise<void> {
  if (counts.failed + counts.diverged === 0) return
  const { items, total } = await client.ask((api) => api.sweep.trials.query({ id, states: ['failed', 'diverged'], limit: 5 }))
  for (const trial of items) remark(`${paint('red', trial.state, process.stderr)}: ${printable(`${trial.model} on ${trial.dataset}, seed ${trial.seed}: ${trial.error?.message ?? ''}`)}`)
  if (total > items.length) remark(`${total - items.length} more.`)
}
