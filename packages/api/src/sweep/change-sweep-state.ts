import { GraftError } from '@graft/contracts/errors'
import { canSweepTransition, sweepTransitions, type SweepState } from '@graft/contracts/sweep-states'
import type { Transaction } from '@graft/db/client'
import type { Sweep } from '@graft/db/generated/client'
import { notifyChange } from '@graft/db/notifications'

/**
 * The one place where a sweep's state changes. The sweep must be locked by this transaction (`lockSweep`).
 *
 * @throws GraftError `conflict` for a transition that contracts/sweep-states.ts does not list.
 */
export async function changeSweepState(tx: Transaction, sweep: Sweep, to: SweepState): Promise<Sweep> {
  if (!canSweepTransition(sweep.state, to)) {
    throw new GraftError('conflict', `“${sweep.name}” is ${sweep.state} and cannot become ${to}.`, {
      hint: `From ${sweep.state} it can become ${sweepTransitions[sweep.state].join(' or ')}.`,
      details: { from: sweep.state, to },
    })
  }
  const hasEnded = to === 'finished' || to === 'cancelled'
  await tx.$executeRaw`UPDATE "Sweep" SET state = ${to}::"SweepState", "endedAt" = CASE WHEN ${hasEnded} THEN clock_timestamp() END WHERE id = ${sweep.id}`
  await notifyChange(tx, { topic: 'sweep', id: sweep.id })
  return tx.sweep.findUniqueOrThrow({ where: { id: sweep.id } })
}
