import { expect, test } from 'vitest'
import { isBetterEpoch } from './epoch-metrics.ts'

const epoch = (number: number, validationAccuracy: number, validationLoss: number) => ({ epoch: number, trainLoss: 1, trainAccuracy: 0.5, validationLoss, validationAccuracy, seconds: 1 })

test('the better epoch has higher validation accuracy, then lower loss; of equals the earlier stays', () => {
  expect(isBetterEpoch(epoch(2, 0.9, 2), epoch(1, 0.8, 1))).toBe(true)
  expect(isBetterEpoch(epoch(2, 0.8, 0.5), epoch(1, 0.9, 1))).toBe(false)
  expect(isBetterEpoch(epoch(2, 0.9, 0.5), epoch(1, 0.9, 1))).toBe(true)
  expect(isBetterEpoch(epoch(2, 0.9, 1), epoch(1, 0.9, 1))).toBe(false)
})
