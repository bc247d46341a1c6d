import type { AttemptReference } from '@graft/contracts/worker-protocol'
import type { Database } from '@graft/db/client'
import { assertAttemptOrEnded } from './assert-attempt.ts'
import { endAttempt } from './end-attempt.ts'
import { changeJobState } from './job-state.ts'
import { dropCheckpoints } from './record-checkpoint.ts'

/**
 * Ends an attempt that a search stopped early. The trial's metrics stay; it is never ranked.
 *
 * @throws GraftError `stale_attempt`.
 */
export async function pruneAttempt(db: Database, reference: AttemptReference): Promise<void> {
  await db.statements.transaction(async (tx) => {
    const job = await assertAttemptOrEnded(tx, reference, ({ state }) => state === 'pruned')
    if (job === null) return
    await dropCheckpoints(tx, job)
    await endAttempt(tx, job, 'pruned')
    await changeJobState(tx, job, 'pruned', { error: null })
  })
}
