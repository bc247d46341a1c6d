import { expect, test } from 'vitest'
import { fromErrorReport, GraftError, isGraftError, toErrorReport } from './errors.ts'

test('an error crosses processes as plain data and comes back', () => {
  const error = new GraftError('mismatch', 'Layer conv1: expected 3x3x3x32, found 3x3x3x16.', { hint: 'Choose alpha 0.5.', field: 'model', details: { layer: 'conv1' } })
  const back = fromErrorReport(JSON.parse(JSON.stringify(toErrorReport(error))))
  expect(back).toMatchObject({ code: 'mismatch', message: error.message, hint: 'Choose alpha 0.5.', field: 'model', details: { layer: 'conv1' } })
  expect(isGraftError(back)).toBe(true)
})

test('what is no GraftError becomes internal; an abort becomes aborted', () => {
  expect(toErrorReport(new TypeError('x is undefined'))).toEqual({ code: 'internal', message: 'x is undefined' })
  expect(toErrorReport(AbortSignal.abort().reason).code).toBe('aborted')
  expect(isGraftError({ code: 'mismatch' })).toBe(false)
})
