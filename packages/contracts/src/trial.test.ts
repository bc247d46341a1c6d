import { expect, test } from 'vitest'
import { canTransition, isTerminal, jobStates } from './trial.ts'

test('a finished trial never changes; one that ended otherwise can only be queued again', () => {
  for (const to of jobStates) {
    expect(canTransition('finished', to)).toBe(false)
    for (const from of ['failed', 'cancelled', 'pruned', 'diverged'] as const) expect(canTransition(from, to), `${from} to ${to}`).toBe(to === 'queued')
    expect(canTransition('paused', to), `paused to ${to}`).toBe(to === 'queued' || to === 'cancelled')
  }
})

test('only a running trial can finish, fail, be pruned or diverge; a paused one is not over', () => {
  for (const to of ['finished', 'failed', 'pruned', 'diverged'] as const) expect(jobStates.filter((from) => canTransition(from, to)), to).toEqual(['running'])
  expect(jobStates.filter(isTerminal)).toEqual(['finished', 'failed', 'cancelled', 'pruned', 'diverged'])
})
