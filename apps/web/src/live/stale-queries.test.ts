import { expect, test } from 'vitest'
import { staleQueriesOf } from './stale-queries.ts'

test('a trial makes its own page, its sweep and the leaderboard stale, and no other trial', () => {
  const stale = staleQueriesOf([{ topic: 'trial', id: 't1' }])
  expect(stale).toContainEqual({ path: ['trial', 'get'], id: 't1' })
  expect(stale).toContainEqual({ path: ['leaderboard'] })
  expect(stale.some((query) => query.path.join('.') === 'trial.get' && query.id === undefined)).toBe(false)
})

test('many changes at once name each query once', () => {
  const stale = staleQueriesOf(Array.from({ length: 50 }, () => ({ topic: 'worker' as const, id: 'w1' })))
  expect(stale).toEqual([{ path: ['worker'] }])
})

test('an event about anything of a topic is about every trial', () => {
  expect(staleQueriesOf([{ topic: 'trial', id: '*' }])).toContainEqual({ path: ['trial', 'get'] })
})

test('a job that ends may change what is known of a model: its weights may have been fetched, or not', () => {
  expect(staleQueriesOf([{ topic: 'job', id: 'j1' }])).toContainEqual({ path: ['model'] })
})
