import { setTimeout as sleep } from 'node:timers/promises'
import type { WorkerStanding, WorkerUsage } from '@graft/contracts/worker-protocol'
import type { WorkerClient } from './worker-client.ts'

export interface HeartbeatOptions {
  client: WorkerClient
  /** The registration may change under way. */
  workerId(): Promise<string>
  seconds: number
  usage(): Promise<WorkerUsage>
  /** Told of every answer. */
  onStanding(standing: WorkerStanding): void
  signal: AbortSignal
}

/** Tells the server every `seconds` what the worker uses, whether it has a job or not, until the signal fires. A beat that does not arrive is left out. */
export async function keepHeartbeat({ client, workerId, seconds, usage, onStanding, signal }: HeartbeatOptions): Promise<void> {
  while (!signal.aborted) {
    try {
      const entry = { workerId: await workerId(), usage: await usage() }
      onStanding(await client.callOnce((server, soon) => server.worker.heartbeat.mutate(entry, { signal: soon }), AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)])))
    } catch {
      // Claims and renewals say what is wrong, if something is.
    }
    await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined)
  }
}
