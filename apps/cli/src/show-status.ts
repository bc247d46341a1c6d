import type { Command } from 'commander'
import type { SweepSummary, WorkerView } from '@graft/contracts/views'
import { connect } from './server-client.ts'
import { renderTable, type Column } from './table.ts'
import { duration, paint, print, printJson } from './terminal.ts'

/** Prints the newest sweeps and the workers that are there. */
export async function showStatus(options: { json?: boolean }, command: Command): Promise<void> {
  const client = connect(command)
  const [sweeps, workers] = await client.call((api) => Promise.all([api.sweep.list.query({}), api.worker.list.query()]))
  if (options.json) return printJson({ server: client.address, sweeps: sweeps.items, workers })
  print(`${paint('bold', 'server')}  ${client.address}\n`)
  printSweeps(sweeps.items)
  print()
  printWorkers(workers.filter((worker) => worker.state !== 'left'))
}

const number = (title: string): Column => ({ title, align: 'right' })

function printSweeps(sweeps: readonly SweepSummary[]): void {
  if (sweeps.length === 0) return print('No sweeps yet. Launch one: graft run --datasets birds --models mobilenet-v2')
  print(
    renderTable(
      [{ title: 'sweep' }, { title: 'id' }, { title: 'recipe' }, number('done'), number('running'), number('queued'), number('failed'), number('left')],
      sweeps.slice(0, 20).map((sweep) => [
        sweep.name,
        sweep.id,
        sweep.recipeName,
        String(sweep.counts.finished),
        String(sweep.counts.running),
        String(sweep.counts.queued),
        String(sweep.counts.failed + sweep.counts.diverged + sweep.counts.cancelled),
        sweep.secondsLeft === null || sweep.counts.queued + sweep.counts.running === 0 ? '' : duration(sweep.secondsLeft),
      ]),
    ),
  )
}

function printWorkers(workers: readonly WorkerView[]): void {
  if (workers.length === 0) return print('No worker is here: start one with `graft worker`.')
  print(
    renderTable(
      [{ title: 'worker' }, { title: 'state' }, { title: 'device' }, { title: 'does' }],
      workers.map((worker) => [
        worker.name,
        worker.state,
        `${worker.environment.device}, ${worker.environment.cores} cores`,
        worker.jobs.length > 0 ? worker.jobs.map(jobText).join('; ') : worker.state === 'online' ? (worker.reason ?? 'waits for work') : '',
      ]),
    ),
  )
}

const jobText = ({ title, progress }: WorkerView['jobs'][number]): string =>
  progress === null ? title : `${title}: ${progress.stage}${progress.fraction === null ? '' : ` ${Math.floor(progress.fraction * 100)}%`}`
