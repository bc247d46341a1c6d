import { expect, test } from 'vitest'
import { learningRateCurve, type CurvedPhase } from './learning-rate-curve.ts'

const phase = (part: Partial<CurvedPhase>): CurvedPhase => ({ learningRate: 0.1, schedule: undefined, epochs: 10, drawn: 10, validationLosses: [], ...part })
const rateAt = (part: Partial<CurvedPhase>, epoch: number): number => {
  const { epochs, rates } = learningRateCurve(phase(part))
  return rates[epochs.indexOf(epoch)]!
}

test('a constant rate is a line from the first epoch to the last', () => {
  const { epochs, rates } = learningRateCurve(phase({}))
  expect([epochs[0], epochs.at(-1)]).toEqual([0, 10])
  expect(new Set(rates)).toEqual(new Set([0.1]))
})

test('steps, exponential and cosine, by their closed forms', () => {
  expect(rateAt({ schedule: { kind: 'step', every: 5, factor: 0.1 } }, 4)).toBeCloseTo(0.1)
  expect(rateAt({ schedule: { kind: 'step', every: 5, factor: 0.1 } }, 5)).toBeCloseTo(0.01)
  expect(rateAt({ schedule: { kind: 'exponential', every: 2, rate: 0.5 } }, 6)).toBeCloseTo(0.1 * 0.5 ** 3)
  const cosine = { schedule: { kind: 'cosine', warmUp: 2, final: 0 } } as const
  expect([0, 1, 2, 6].map((epoch) => rateAt(cosine, epoch))).toEqual([0, expect.closeTo(0.05), expect.closeTo(0.1), expect.closeTo(0.05)])
})

test('a plateau goes by the losses; without any it shows how far down the rate may go', () => {
  const schedule = { kind: 'reduce-on-plateau', factor: 0.1, patience: 2, minimumDelta: 0, cooldown: 0, minimumLearningRate: 0 } as const
  expect(rateAt({ schedule, validationLosses: [5, 4, 3, 2, 1, 0.9, 0.8, 0.7, 0.6, 0.5] }, 9)).toBeCloseTo(0.1)
  expect(rateAt({ schedule, validationLosses: [5, 5, 5, 1, 0.9] }, 3)).toBeCloseTo(0.01)
  expect(rateAt({ schedule }, 9)).toBeCloseTo(0.1 * 0.1 ** 4)
})

test('a cosine falls over the epochs that were planned, also where fewer were trained', () => {
  expect(rateAt({ schedule: { kind: 'cosine', warmUp: 0, final: 0 }, drawn: 5 }, 4)).toBeCloseTo(0.05 * (1 + Math.cos(0.4 * Math.PI)))
})
