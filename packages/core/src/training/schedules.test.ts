import { readFile } from 'node:fs/promises'
import { earlyStoppingSchema, scheduleSchema } from '@graft/contracts/recipe/schedule'
import { expect, test } from 'vitest'
import { recordRelativeAgreement } from '../testing/agreement.ts'
import { stopsEarly } from './early-stopping.ts'
import type { EpochMetrics } from './epoch-metrics.ts'
import { learningRates } from './learning-rate.ts'

interface Golden {
  stepsPerEpoch: number
  epochs: number
  learningRate: number
  losses: number[]
  schedules: { recipe: object; rates: number[] }[]
  plateaus: { recipe: object; rates: number[] }[]
  stops: { recipe: object; epochs: number }[]
}

const golden = JSON.parse(await readFile(new URL('./golden/schedules.json', import.meta.url), 'utf8')) as Golden
const history: EpochMetrics[] = golden.losses.map((validationLoss, index) => ({ epoch: index + 1, trainLoss: 1, trainAccuracy: 0, validationLoss, validationAccuracy: 1 - validationLoss, seconds: 0 }))
const after = (epochs: number): EpochMetrics[] => history.slice(0, epochs)

test.each(golden.schedules)("$recipe.kind gives the rate of every step as Keras's schedule does: $recipe", ({ recipe, rates }) => {
  const found = history.flatMap((_, epoch) => [...learningRates(scheduleSchema.parse(recipe), golden, after(epoch))])
  expect(found).toHaveLength(rates.length)
  recordRelativeAgreement({ group: 'Schedules', subject: JSON.stringify(recipe), reference: 'Keras 3', tolerance: 1e-5, found: Float32Array.from(found), expected: Float32Array.from(rates) })
})

test.each(golden.plateaus)("the plateau is found where Keras's callback finds it: $recipe", ({ recipe, rates }) => {
  const found = history.map((_, epoch) => learningRates(scheduleSchema.parse(recipe), golden, after(epoch))[0]!)
  expect(found).toHaveLength(rates.length)
  recordRelativeAgreement({ group: 'Schedules', subject: JSON.stringify(recipe), reference: 'Keras 3', tolerance: 1e-5, found: Float32Array.from(found), expected: Float32Array.from(rates) })
})

test.each(golden.stops)("training stops where Keras's callback stops it: $recipe", ({ recipe, epochs }) => {
  const stops = history.findIndex((_, index) => stopsEarly(earlyStoppingSchema.parse(recipe), after(index + 1)))
  expect(stops === -1 ? history.length : stops + 1).toBe(epochs)
})

test('without a schedule the rate stays', () => {
  expect([...learningRates(undefined, { learningRate: 0.5, stepsPerEpoch: 3, epochs: 2 }, [])]).toEqual([0.5, 0.5, 0.5])
})
