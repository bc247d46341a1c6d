import { QueryClient } from '@tanstack/react-query'
import { expect, test, vi } from 'vitest'
import { createChangeGatherer } from './change-gatherer.ts'

const trial = (id: string) => [['trial', 'get'], { input: { id }, type: 'query' }] as const
const workers = [['worker', 'list'], { type: 'query' }] as const

function cacheWith(...keys: (readonly unknown[])[]) {
  const cache = new QueryClient()
  for (const key of keys) cache.setQueryData(key, {})
  return { cache, isStale: (key: readonly unknown[]) => cache.getQueryState(key)?.isInvalidated }
}

test('a burst of changes marks the queries that show them, after a moment, and no others', async () => {
  const { cache, isStale } = cacheWith(trial('a'), trial('b'), workers)
  const gatherer = createChangeGatherer(cache)
  for (let epoch = 0; epoch < 20; epoch++) gatherer.hear({ topic: 'trial', id: 'a' })
  expect(isStale(trial('a'))).toBe(false)
  await expect.poll(() => isStale(trial('a'))).toBe(true)
  expect(isStale(trial('b'))).toBe(false)
  expect(isStale(workers)).toBe(false)
})

test('after a break everything is asked again, at a first start nothing', () => {
  const { cache, isStale } = cacheWith(workers)
  const gatherer = createChangeGatherer(cache)
  gatherer.started()
  expect(isStale(workers)).toBe(false)
  gatherer.broke()
  gatherer.started()
  expect(isStale(workers)).toBe(true)
})

test('what holds thousands of trials is asked again at once, then no more often than every few seconds', () => {
  vi.useFakeTimers()
  try {
    const points = [['sweep', 'points'], { input: { id: 's' }, type: 'query' }] as const
    const asked: string[] = []
    const keys: readonly (readonly unknown[])[] = [points, [['sweep', 'get'], { input: { id: 's' }, type: 'query' }]]
    const gatherer = createChangeGatherer({
      invalidateQueries: (filter) => {
        asked.push(...keys.filter((queryKey) => filter!.predicate({ queryKey })).map(([path]) => (path as string[]).join('.')))
        return Promise.resolve()
      },
    })
    for (let second = 0; second < 12; second += 1) {
      gatherer.hear({ topic: 'trial', id: 'a' })
      vi.advanceTimersByTime(1000)
    }
    const count = (name: string) => asked.filter((one) => one === name).length
    expect(count('sweep.get')).toBe(12)
    expect(count('sweep.points')).toBe(3)
  } finally {
    vi.useRealTimers()
  }
})
