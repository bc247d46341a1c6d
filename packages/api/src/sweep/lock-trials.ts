import type { Transaction } from '@graft/db/client'

/**
 * Whoever changes which sweeps want which trials goes one after the other, until its transaction ends: so two launches see each other's points, and of
 * two sweeps that are cancelled at once the second sees that the first wants their trials no longer. Taken after a sweep's own lock.
 */
export const lockTrials = (tx: Transaction): Promise<unknown> => tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('graft sweep'))`
