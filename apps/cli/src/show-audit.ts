import type { Command } from 'commander'
import { parseNumber } from './input.ts'
import { connect } from './server-client.ts'
import { renderTable } from './table.ts'
import { print, printJson } from './terminal.ts'

/** Prints the newest changes that people made. */
export async function showAudit({ limit, json }: { limit: string; json?: boolean }, command: Command): Promise<void> {
  const entries = await connect(command).call((api) => api.audit.list.query({ limit: parseNumber('--limit', limit) }))
  if (json) return printJson(entries)
  if (entries.length === 0) return print('Nobody changed anything yet.')
  print(
    renderTable(
      [{ title: 'when' }, { title: 'who' }, { title: 'what' }, { title: 'of' }, { title: 'outcome' }],
      entries.map(({ at, person, action, subjectId, outcome }) => [at.toISOString().slice(0, 19).replace('T', ' '), person, action, subjectId, outcome ?? 'not known']),
    ),
  )
}
