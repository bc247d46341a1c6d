import type { Command } from 'commander'
import { parseNumber } from '../input.ts'
import { connect, type ServerClient } from '../server-client.ts'
import { counted, print } from '../terminal.ts'
import { findSweepId } from './find-sweep.ts'

type Change = 'pause' | 'resume' | 'cancel' | 'retry'

const changes: Readonly<Record<Change, (client: ServerClient, id: string) => Promise<string>>> = {
  pause: async (client, id) => `${counted((await client.call((api) => api.sweep.pause.mutate({ id }))).paused, 'trial')} paused; \`graft sweep resume ${id}\` goes on.`,
  resume: async (client, id) => `${counted((await client.call((api) => api.sweep.resume.mutate({ id }))).resumed, 'trial')} queued again.`,
  cancel: async (client, id) => `${counted((await client.call((api) => api.sweep.cancel.mutate({ id }))).cancelled, 'trial')} cancelled.`,
  retry: async (client, id) => `${counted((await client.call((api) => api.sweep.retry.mutate({ id }))).retried, 'failed trial')} queued again.`,
}

/** `graft sweep pause`, `resume`, `cancel`, `retry`. */
export async function changeSweep(change: Change, wanted: string, command: Command): Promise<void> {
  const client = connect(command)
  print(await changes[change](client, await findSweepId(client, wanted)))
}

/** `graft sweep priority`. */
export async function setPriority(wanted: string, priority: string, command: Command): Promise<void> {
  const client = connect(command)
  const id = await findSweepId(client, wanted)
  const answer = await client.call((api) => api.sweep.setPriority.mutate({ id, priority: parseNumber('priority', priority) }))
  print(`Priority ${answer.priority}.`)
}
