import type { Command } from 'commander'
import { connect } from '../server-client.ts'
import { renderTable } from '../table.ts'
import { duration, percent, print, printJson } from '../terminal.ts'

const shown = 50

/** `graft sweep list`. */
export async function listSweeps(options: { json?: boolean }, command: Command): Promise<void> {
  const { items, total } = await connect(command).call((api) => api.sweep.list.query({ limit: shown }))
  if (options.json) return printJson(items)
  if (items.length === 0) return print('No sweeps yet. Launch one: graft sweep launch FILE.yaml, or graft run --datasets birds --models mobilenet-v2')
  print(
    renderTable(
      [{ title: 'sweep' }, { title: 'id' }, { title: 'by' }, { title: 'search' }, { title: 'state' }, { title: 'done', align: 'right' }, { title: 'trials', align: 'right' }, { title: 'failed', align: 'right' }, { title: 'priority', align: 'right' }, { title: 'left', align: 'right' }],
      items.map(({ name, id, launchedBy, method, state, fraction, counts, priority, secondsLeft }) => [
        name,
        id.slice(0, 8),
        launchedBy,
        method ?? '',
        state,
        percent(fraction),
        String(Object.values(counts).reduce((sum, count) => sum + count, 0)),
        String(counts.failed + counts.diverged),
        priority === 0 ? '' : String(priority),
        state !== 'running' || secondsLeft === null ? '' : duration(secondsLeft),
      ]),
    ),
  )
  if (total > items.length) print(`${total - items.length} older ones are not shown.`)
}
