import { handlerFor } from './handler.ts'

/** What an autoscaler asks for: jobs by kind that wait and that run; `unfinished` is their sum. */
export interface QueueLength {
  waiting: number
  running: number
  unfinished: number
  kinds: Record<string, { waiting: number; running: number; unfinished: number }>
}

/**
 * GET /api/queue: how many jobs want a worker, for KEDA's `metrics-api` trigger or a script that submits Slurm jobs. A job that waits
 * for a retry counts, for it is due within seconds. With the worker token (KEDA has no database password) or a user's.
 */
export const getQueueLength = handlerFor(['worker', 'user'], async (server) => {
  const rows = await server.db.job.groupBy({ by: ['kind', 'state'], where: { state: { in: ['queued', 'running'] } }, _count: true })
  const length: QueueLength = { waiting: 0, running: 0, unfinished: 0, kinds: {} }
  for (const { kind, state, _count: count } of rows) {
    const ofKind = (length.kinds[kind] ??= { waiting: 0, running: 0, unfinished: 0 })
    for (const counts of [length, ofKind]) {
      counts[state === 'queued' ? 'waiting' : 'running'] += count
      counts.unfinished += count
    }
  }
  return Response.json(length, { headers: { 'cache-control': 'no-store' } })
})
