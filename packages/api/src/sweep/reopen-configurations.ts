import type { Transaction } from '@graft/db/client'
import { changeSweepState } from './change-sweep-state.ts'
import { lockSweep } from './lock-sweep.ts'

/**
 * Trials were queued again: their configurations are running again, in every sweep that has them, and so is a sweep that was
 * finished. One that was cancelled stays so.
 */
export async function reopenConfigurations(tx: Transaction, trialIds: readonly string[]): Promise<void> {
  const members = await tx.sweepTrial.findMany({ where: { trialId: { in: [...trialIds] }, sweep: { state: { not: 'cancelled' } } }, select: { sweepId: true, configurationIndex: true } })
  for (const sweepId of [...new Set(members.map((member) => member.sweepId))].toSorted()) {
    const sweep = await lockSweep(tx, sweepId)
    const indexes = members.filter((member) => member.sweepId === sweepId).map(({ configurationIndex }) => configurationIndex)
    await tx.sweepConfiguration.updateMany({ where: { sweepId, index: { in: indexes } }, data: { state: 'running', value: null } })
    if (sweep.state === 'finished') await changeSweepState(tx, sweep, 'running')
  }
}
