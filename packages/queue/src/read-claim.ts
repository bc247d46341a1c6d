import type { JobKind } from '@graft/contracts/job'
import type { WorkerStanding } from '@graft/contracts/worker-protocol'
import type { Job } from '@graft/db/generated/client'
import type { Statement, StatementRunner } from '@graft/db/statements'
import { turnOfPerson } from './fair-share.ts'
import { standingOf, unknownWorker } from './worker-standing.ts'

export interface Claim {
  workerId: string
  /** Names this request: sent again, it gets the same attempt again. */
  claimId: string
  kinds: readonly JobKind[]
}

/** A queue that a worker may be served from and that has a job due. */
export interface WaitingQueue {
  name: string
  kind: JobKind
  personId: string | null
  /** When it is that person's turn, in virtual time. */
  turn: number | null
  maximumRunning: number | null
  /** Of its next job. */
  priority: number
  sequence: number
}

export interface ReadClaim {
  standing: WorkerStanding
  /** What this very claim was given, when its answer was lost and that still runs. */
  again: Pick<Job, 'id' | 'attempt' | 'payload'> | null
  /** None for a worker that is to take nothing. */
  queues: WaitingQueue[]
  /** Whether several people wait for workers, this one or others. */
  isContended: boolean
}

interface Row {
  drainingAt: Date | null
  quarantinedAt: Date | null
  quarantineReason: string | null
  again: ReadClaim['again']
  queues: WaitingQueue[]
  people: number
}

/** The next job of each queue, whoever may have it; those of them that the worker may be given; and how many people wait. */
const read: Statement = {
  name: 'read-claim',
  text: `
    WITH head AS (
      SELECT queue.name, queue.kind, queue."personId", queue.requirements, next.priority, next.sequence
      FROM "DispatchQueue" queue
      CROSS JOIN LATERAL (
        SELECT priority, sequence FROM "Job" WHERE "Job".queue = queue.name AND state = 'queued' AND "availableAt" <= clock_timestamp()
        ORDER BY priority DESC, sequence LIMIT 1) next
      WHERE queue.kind = ANY($3::text[]))
    SELECT worker."drainingAt", worker."quarantinedAt", worker."quarantineReason",
      (SELECT jsonb_build_object('id', job.id, 'attempt', attempt.number, 'payload', job.payload) FROM "Attempt" attempt JOIN "Job" job ON job.id = attempt."jobId"
        WHERE attempt."claimId" = $2 AND attempt."workerId" = worker.id AND attempt.state = 'running') AS again,
      (SELECT count(DISTINCT "personId")::int FROM head) AS people,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('name', head.name, 'kind', head.kind, 'personId', head."personId", 'turn', ${turnOfPerson},
          'maximumRunning', person."maximumRunning", 'priority', head.priority, 'sequence', head.sequence)), '[]')
        FROM head LEFT JOIN "Person" person ON person.id = head."personId"
        WHERE worker.labels @> coalesce(head.requirements -> 'labels', '{}')
          AND coalesce((head.requirements ->> 'memoryBytes')::bigint, 0) <= coalesce(worker."memoryBytes", 0)) AS queues
    FROM "Worker" worker WHERE worker.id = $1`,
}

/** What has to be known to serve a claim, in one query. @throws GraftError `not_found` for an unknown worker. */
export async function readClaim(run: StatementRunner, { workerId, claimId, kinds }: Claim): Promise<ReadClaim> {
  const [row] = await run.rows<Row>(read, [workerId, claimId, kinds])
  if (row === undefined) throw unknownWorker()
  const standing = standingOf(row)
  return { standing, again: row.again, queues: standing.mode === 'ready' ? row.queues : [], isContended: row.people > 1 }
}
