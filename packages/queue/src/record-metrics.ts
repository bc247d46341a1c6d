import type { MetricPoint } from '@graft/contracts/trial'
import type { AttemptOrder, AttemptReference } from '@graft/contracts/worker-protocol'
import { GraftError } from '@graft/contracts/errors'
import type { ChangeTeller } from '@graft/db/change-teller'
import type { Database } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import type { Statement } from '@graft/db/statements'
import { heldBy, heldJob, staleAttempt, wasCancelled } from './assert-attempt.ts'
import { orderOf } from './renew.ts'

const record: Statement = {
  name: 'record-metrics',
  text: `
    WITH held AS (${heldJob}), written AS (
      INSERT INTO "EpochMetric" ("trialId", step, name, value)
      SELECT held."subjectId", point.step, point.name, point.value
      FROM held CROSS JOIN unnest($4::int[], $5::text[], $6::float8[]) WITH ORDINALITY AS point(step, name, value, place)
      WHERE held.kind = 'trial' ORDER BY point.place
      ON CONFLICT ("trialId", step, name) DO UPDATE SET value = EXCLUDED.value, sequence = EXCLUDED.sequence)
    SELECT kind, "subjectId", "order" FROM held`,
}

/**
 * Writes a batch of a trial's metrics in one statement, keyed (trial, step, name): a point sent again replaces itself, and moves to
 * the end of the live stream.
 *
 * @returns what the attempt is to do.
 * @throws GraftError `stale_attempt`; `invalid_input` for a job that is no trial.
 */
export async function recordMetrics({ statements }: Database, teller: ChangeTeller, reference: AttemptReference, points: readonly MetricPoint[]): Promise<AttemptOrder> {
  const latest = [...new Map(points.map((point) => [`${point.step} ${point.name}`, point])).values()].toSorted((one, other) => one.step - other.step)
  const columns = [latest.map(({ step }) => step), latest.map(({ name }) => name), latest.map(({ value }) => value)]
  const [job] = await statements.rows<Pick<Job, 'kind' | 'subjectId' | 'order'>>(record, [...heldBy(reference), ...columns])
  if (job === undefined) {
    if (await wasCancelled(statements, reference)) return 'cancel'
    throw await staleAttempt(statements, reference)
  }
  if (job.kind !== 'trial') throw new GraftError('invalid_input', `A job of the kind ${job.kind} has no metrics.`)
  teller.tell({ topic: 'trial', id: job.subjectId })
  return orderOf(job)
}
