import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
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
