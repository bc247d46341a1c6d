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
  /** Told after each beat, whether it arrived or not. */
  onBeat(standing: WorkerStanding | null): Promise<void>
  signal: AbortSignal
}

/** Tells the server every `seconds` what the worker uses, whether it has a job or not, until the signal fires. A beat that does not arrive is left out. */
export async function keepHeartbeat({ client, workerId, seconds, usage, onStanding, onBeat, signal }: HeartbeatOptions): Promise<void> {
  while (!signal.aborted) {
    let standing: WorkerStanding | null = null
    try {
      const entry = { workerId: await workerId(), usage: await usage() }
      standing = await client.callOnce((server, soon) => server.worker.heartbeat.mutate(entry, { signal: soon }), AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]))
      onStanding(standing)
    } catch {
      // Claims and renewals say what is wrong, if something is.
    }
    await onBeat(standing).catch(() => undefined) // a disk that is full is told by the jobs
    await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined)
  }
}
