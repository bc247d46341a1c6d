import type { Command } from 'commander'
import { GraftError } from '@graft/contracts/errors'
import type { WorkerView } from '@graft/contracts/views'
import { connect, type ServerClient } from './server-client.ts'
import { renderTable } from './table.ts'
import { print, printJson } from './terminal.ts'

/** Prints the workers that are there, and what each has, does and uses. */
export async function listWorkers(options: { json?: boolean }, command: Command): Promise<void> {
  const workers = await connect(command).call((api) => api.worker.list.query())
  if (options.json) return printJson(workers)
  const there = workers.filter(({ state }) => state !== 'left')
  if (there.length === 0) return print('No worker is here: start one with `graft worker`.')
  print(
    renderTable(
      [{ title: 'worker' }, { title: 'state' }, { title: 'device' }, { title: 'memory', align: 'right' }, { title: 'runs', align: 'right' }, { title: 'uses' }, { title: 'labels' }],
      there.map((worker) => [
        worker.name,
        worker.mode === 'ready' ? worker.state : worker.mode,
        worker.device,
        worker.memoryBytes === null ? '' : gibibytes(worker.memoryBytes),
        `${worker.jobs.length} of ${worker.slots}`,
        usageText(worker),
        Object.entries(worker.labels).map(([name, value]) => `${name}=${value}`).join(' '),
      ]),
    ),
  )
  for (const { name, mode, reason } of there) if (mode === 'quarantined') print(`\n${name} is quarantined: ${reason ?? ''}\nOnce it is mended: graft workers resume ${name}`)
}

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`

function usageText({ usage }: WorkerView): string {
  if (usage === null) return ''
  const gpus = usage.gpus.map(({ index, utilization, memoryUsedBytes, temperatureCelsius }) =>
    [`GPU ${index}`, utilization === null ? null : `${Math.round(utilization * 100)}%`, memoryUsedBytes === null ? null : gibibytes(memoryUsedBytes), temperatureCelsius === null ? null : `${temperatureCelsius} °C`].filter((part) => part !== null).join(' '),
  )
  return [...gpus, `${gibibytes(usage.processMemoryBytes)} of memory`].join(', ')
}

export async function drainWorker(nameOrId: string, command: Command): Promise<void> {
  const client = connect(command)
  const { id, name } = await findWorker(client, nameOrId)
  const { mode } = await client.call((api) => api.worker.drain.mutate({ id }))
  print(`${name} is ${mode}: it ends what it has and takes nothing new.`)
}

export async function resumeWorker(nameOrId: string, command: Command): Promise<void> {
  const client = connect(command)
  const { id, name } = await findWorker(client, nameOrId)
  const { mode } = await client.call((api) => api.worker.resume.mutate({ id }))
  print(`${name} is ${mode}.`)
}

/** By id, or by a name that only one of the workers that are there has. */
async function findWorker(client: ServerClient, nameOrId: string): Promise<WorkerView> {
  const workers = (await client.call((api) => api.worker.list.query())).filter(({ state, id }) => state !== 'left' || id === nameOrId)
  const byId = workers.find(({ id }) => id === nameOrId)
  if (byId !== undefined) return byId
  const namesakes = workers.filter(({ name }) => name === nameOrId)
  if (namesakes.length === 1) return namesakes[0]!
  if (namesakes.length === 0) throw new GraftError('not_found', `There is no worker “${nameOrId.slice(0, 100)}”.`, { hint: '`graft workers` shows who is there.' })
  throw new GraftError('conflict', `${namesakes.length} workers are called ${nameOrId}.`, { hint: `Name one by its id: ${namesakes.map(({ id, device }) => `${id} (${device})`).join(', ')}.` })
}
