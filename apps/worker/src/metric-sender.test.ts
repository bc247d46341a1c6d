import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { MetricPoint } from '@graft/contracts/trial'
import { createMetricSender } from './metric-sender.ts'

const point = (step: number): MetricPoint => ({ step, name: 'train/loss', value: 1 / step })

test('what comes while a batch is on its way goes as the next batch, in order', async () => {
  const batches: number[][] = []
  const sender = createMetricSender(async (points) => {
    await sleep(5)
    batches.push(points.map(({ step }) => step))
  }, 3)
  sender.push([point(1)])
  for (let step = 2; step <= 6; step++) sender.push([point(step)])
  await sender.flush()
  expect(batches).toEqual([[1], [2, 3, 4], [5, 6]])
})

test('a refused batch ends it, and flush says why', async () => {
  const sender = createMetricSender(async () => Promise.reject(new Error('refused')))
  sender.push([point(1)])
  await expect(sender.flush()).rejects.toThrow('refused')
})
