import type { Command } from 'commander'
import { connect } from './server-client.ts'
import { renderTable } from './table.ts'
import { counted, print, printJson, remark } from './terminal.ts'

/** Prints what the database names and the storage does not have. The exit code is 1 where there is any. */
export async function checkStorage({ json }: { json?: boolean }, command: Command): Promise<void> {
  const check = await connect(command).call((api) => api.storage.missing.query())
  const { checked, missing } = check
  if (missing.length > 0) process.exitCode = 1
  if (json) return printJson(check)
  if (missing.length === 0) return print(`✓ ${counted(checked, 'content')} looked for, none missing`)
  print(renderTable([{ title: 'missing' }, { title: 'of' }, { title: 'SHA-256' }], missing.map(({ kind, of, sha256 }) => [kind, of, sha256])))
  remark(`${counted(missing.length, 'content')} of ${checked.toLocaleString('en-US')} missing: import the dataset again, retry or train the trial again, or put the files back from a backup of the storage.`)
}
