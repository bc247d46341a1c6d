import { jobKinds } from '@graft/contracts/job'
import { expect, test } from 'vitest'
import { lanesOf } from './lanes.ts'

test('trainings do not stand in the way of short jobs; every kind is in one lane', () => {
  const lanes = lanesOf(jobKinds)
  expect(lanes).toHaveLength(2)
  expect(lanes[0]).toEqual(['trial', 'extraction'])
  expect(lanes.flat().toSorted()).toEqual([...jobKinds].toSorted())
})

test('a worker of one sort has one lane', () => {
  expect(lanesOf(['trial'])).toEqual([['trial']])
  expect(lanesOf(['import', 'predict'])).toEqual([['import', 'predict']])
})
