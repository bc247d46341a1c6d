import { GraftError } from '@graft/contracts/errors'
import { expect, test } from 'vitest'
import { fieldErrors } from './field-errors.ts'
import { isWorthRetrying, readFailure } from './read-failure.ts'

const report = { code: 'not_found', message: 'There is no dataset “birds”.', hint: 'Import it.' }

test('the report of the server is found in a tRPC error, in an HTTP answer and in an error of our own', () => {
  expect(readFailure(Object.assign(new Error('x'), { data: { report } }))).toEqual(report)
  expect(readFailure({ error: report, message: 'x' })).toEqual(report)
  expect(readFailure(new GraftError('not_found', report.message, { hint: report.hint }))).toEqual(report)
})

test('anything else still says something', () => {
  expect(readFailure(new TypeError('Failed to fetch'))).toMatchObject({ code: 'unavailable', hint: expect.stringContaining('npm start') })
  expect(readFailure(new Error('odd'))).toEqual({ code: 'internal', message: 'odd' })
  expect(readFailure(null)).toEqual({ code: 'internal', message: 'null' })
})

test('only what may pass is asked again', () => {
  expect(isWorthRetrying({ error: report })).toBe(false)
  expect(isWorthRetrying(new TypeError('Failed to fetch'))).toBe(true)
})

test('errors of fields keep the first sentence, and no name of a field is special', () => {
  const errors = fieldErrors([
    { path: ['recipe', 'phases', 0, 'epochs'], message: 'Too small: expected number to be >=1' },
    { path: ['recipe', 'phases', 0, 'epochs'], message: 'second' },
    { path: ['__proto__'], message: 'This word is reserved.' },
  ])
  expect(errors['recipe.phases.0.epochs']).toBe('At least 1.')
  expect(Object.keys(errors)).toEqual(['recipe.phases.0.epochs', '__proto__'])
})
