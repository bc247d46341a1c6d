/** States of a sweep and the only transitions there are. `paused`: nothing new is claimed, what runs stops at its checkpoint. */
export const sweepStates = ['running', 'paused', 'finished', 'cancelled'] as const
export type SweepState = (typeof sweepStates)[number]
export const sweepTransitions: Readonly<Record<SweepState, readonly SweepState[]>> = {
  running: ['paused', 'finished', 'cancelled'],
  paused: ['running', 'cancelled', 'finished'], // finished: its last running trial ended meanwhile
  finished: ['running'], // extended, or failed trials retried
  cancelled: ['running'], // resumed: cancelled trials are queued again
}
export const canSweepTransition = (from: SweepState, to: SweepState): boolean => sweepTransitions[from].includes(to)
