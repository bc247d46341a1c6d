import type { Command } from 'commander'
import { connect } from '../server-client.ts'
import { printJson } from '../terminal.ts'
import { findSweepId } from './find-sweep.ts'

/** `graft sweep export`: what `graft sweep launch` takes. */
export async function exportSweep(wanted: string, options: { json?: boolean }, command: Command): Promise<void> {
  const client = connect(command)
  const id = await findSweepId(client, wanted)
  const request = await client.call((api) => api.sweep.request.query({ id }))
  if (options.json) return printJson(request)
  const { stringify } = await import('yaml')
  process.stdout.write(stringify(request))
}
