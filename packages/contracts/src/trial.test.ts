import { expect, test } from 'vitest'
import { canTransition, isTerminal, jobStates } from './trial.ts'

test('a finished trial never changes; failed and cancelled ones can only be queued again', () => {
  for (const to of jobStates) {
    expect(canTransition('finished', to)).toBe(false)
    expect(canTransition('failed', to)).toBe(to === 'queued')
    expect(canTransition('cancelled', to)).toBe(to === 'queued')
  }
})

test('only a running trial can finish or fail; terminal states are those three', () => {
  expect(jobStates.filter((from) => canTransition(from, 'finished'))).toEqual(['running'])
  expect(jobStates.filter((from) => canTransition(from, 'failed'))).toEqual(['running'])
  expect(jobStates.filter(isTerminal)).toEqual(['finished', 'failed', 'cancelled'])
})
