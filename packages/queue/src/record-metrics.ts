import type { MetricPoint } from '@graft/contracts/trial'
import type { AttemptOrder, AttemptReference } from '@graft/contracts/worker-protocol'
import { GraftError } from '@graft/contracts/errors'
import type { Database } from '@graft/db/client'
import { notifyChange } from '@graft/db/notifications'
import { assertAttempt } from './assert-attempt.ts'
import { orderOf } from './renew.ts'

/**
 * Writes a batch of a trial's metrics, keyed (trial, step, name): a point sent again replaces itself, and moves to the end
 * of the live stream.
 *
 * @returns what the attempt is to do.
 * @throws GraftError `stale_attempt`; `invalid_input` for a job that is no trial.
 */
export async function recordMetrics(db: Database, reference: AttemptReference, points: readonly MetricPoint[]): Promise<AttemptOrder> {
  const latest = [...new Map(points.map((point) => [`${point.step} ${point.name}`, point])).values()]
  return db.$transaction(async (tx) => {
    const job = await assertAttempt(tx, reference)
    if (job.kind !== 'trial') throw new GraftError('invalid_input', `A job of the kind ${job.kind} has no metrics.`)
    await tx.$executeRaw`
      INSERT INTO "EpochMetric" ("trialId", step, name, value)
      SELECT ${job.subjectId}, point.step, point.name, point.value
      FROM jsonb_to_recordset(${JSON.stringify(latest)}::jsonb) AS point(step int, name text, value double precision)
      ORDER BY point.step
      ON CONFLICT ("trialId", step, name) DO UPDATE SET value = EXCLUDED.value, sequence = EXCLUDED.sequence`
    await notifyChange(tx, { topic: 'trial', id: job.subjectId })
    return orderOf(job)
  })
}
