import { expect, test } from 'vitest'
import { withSamples, type UsageSample } from './usage-history.ts'

const usage = { gpus: [], processMemoryBytes: 1, machineMemoryUsedBytes: null, machineMemoryTotalBytes: null, diskFreeBytes: null }
const worker = (seconds: number | null) => ({ id: 'one', usage: seconds === null ? null : usage, usageAt: seconds === null ? null : new Date(seconds * 1000) })

test('a worker that tells something new gets a sample; the same answer twice is one', () => {
  let history: ReadonlyMap<string, readonly UsageSample[]> = new Map()
  expect(withSamples(history, [worker(null)])).toBe(history)
  history = withSamples(history, [worker(1)])
  expect(withSamples(history, [worker(1)])).toBe(history)
  for (let second = 2; second < 100; second += 1) history = withSamples(history, [worker(second)])
  expect(history.get('one')).toHaveLength(60)
  expect(history.get('one')!.at(-1)!.at).toBe(99_000)
})
