import type { JobKind } from '@graft/contracts/job'
import type { WorkerStanding } from '@graft/contracts/worker-protocol'
import type { Transaction } from '@graft/db/client'
import { Prisma, type Job } from '@graft/db/generated/client'
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
  weight: number | null
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
}

interface Row {
  drainingAt: Date | null
  quarantinedAt: Date | null
  quarantineReason: string | null
  again: ReadClaim['again']
  queues: WaitingQueue[]
}

/** What has to be known to serve a claim, in one query. @throws GraftError `not_found` for an unknown worker. */
export async function readClaim(tx: Transaction, { workerId, claimId, kinds }: Claim): Promise<ReadClaim> {
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT worker."drainingAt", worker."quarantinedAt", worker."quarantineReason",
      (SELECT jsonb_build_object('id', job.id, 'attempt', attempt.number, 'payload', job.payload) FROM "Attempt" attempt JOIN "Job" job ON job.id = attempt."jobId"
        WHERE attempt."claimId" = ${claimId} AND attempt."workerId" = worker.id AND attempt.state = 'running') AS again,
      (${waitingQueues(kinds)}) AS queues
    FROM "Worker" worker WHERE worker.id = ${workerId}`
  if (row === undefined) throw unknownWorker()
  const standing = standingOf(row)
  return { standing, again: row.again, queues: standing.mode === 'ready' ? row.queues : [] }
}

const waitingQueues = (kinds: readonly JobKind[]): Prisma.Sql => Prisma.sql`
  SELECT coalesce(jsonb_agg(jsonb_build_object('name', queue.name, 'kind', queue.kind, 'personId', queue."personId", 'weight', person.weight,
    'maximumRunning', person."maximumRunning", 'priority', head.priority, 'sequence', head.sequence)), '[]')
  FROM "DispatchQueue" queue
  CROSS JOIN LATERAL (
    SELECT priority, sequence FROM "Job" WHERE "Job".queue = queue.name AND state = 'queued' AND "availableAt" <= clock_timestamp()
    ORDER BY priority DESC, sequence LIMIT 1) head
  LEFT JOIN "Person" person ON person.id = queue."personId"
  WHERE queue.kind = ANY(${[...kinds]}::text[])
    AND worker.labels @> coalesce(queue.requirements -> 'labels', '{}')
    AND coalesce((queue.requirements ->> 'memoryBytes')::bigint, 0) <= coalesce(worker."memoryBytes", 0)`
