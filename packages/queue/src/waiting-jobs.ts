import type { Database } from '@graft/db/client'
import type { WaitingJobs } from '@graft/db/notifications'
import type { Statement } from '@graft/db/statements'

const count: Statement = {
  name: 'count-waiting-jobs',
  text: `
    SELECT queue.kind, queue.requirements, due.count
    FROM (SELECT queue, count(*)::int AS count FROM "Job" WHERE state = 'queued' AND "availableAt" <= clock_timestamp() GROUP BY queue) due
    JOIN "DispatchQueue" queue ON queue.name = due.queue`,
}

/** What is due now, counted by what it wants of a worker. */
export const waitingJobs = ({ statements }: Database): Promise<WaitingJobs[]> => statements.rows<WaitingJobs>(count)
