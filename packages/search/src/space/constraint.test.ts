import { isGraftError } from '@graft/contracts/errors'
import type { Configuration } from '@graft/contracts/search-space'
import { expect, test } from 'vitest'
import { parseConstraint } from './constraint.ts'

const names = ['a', 'b', 'model', 'head.dense.0.units', 'phases.0.optimizer']
const met = (text: string, configuration: Configuration): boolean => parseConstraint(text, names, 'space.constraints.0').isMet(configuration)

test.each<[string, Configuration, boolean]>([
  ['a + b * 2 == 7', { a: 1, b: 3 }, true],
  ['(a + b) * 2 == 8', { a: 1, b: 3 }, true],
  ['a - b - 1 == -3', { a: 1, b: 3 }, true],
  ['-a % 2 < 0 and 7 / 2 == 3.5', { a: 1 }, true],
  ['1e2 >= a', { a: 100 }, true],
  ['.5 < a', { a: 0.5 }, false],
  ['not a < b', { a: 1, b: 2 }, false],
  ['not (a < b) or a == 1', { a: 1, b: 2 }, true],
  ['a < b and b < 2 or a == 1', { a: 1, b: 2 }, true],
  ['a < b && !(b < 2)', { a: 1, b: 2 }, true],
  ["model == 'vgg16'", { model: 'vgg16' }, true],
  ['model != "vgg16" || a > 1', { model: 'vgg16', a: 1 }, false],
  ['head.dense.0.units <= 256', { 'head.dense.0.units': 512 }, false],
  ["phases.0.optimizer.name == 'SGD'", { 'phases.0.optimizer': { name: 'SGD', learningRate: 0.1 } }, true],
  ['phases.0.optimizer.learningRate < 0.01', { 'phases.0.optimizer': { name: 'SGD', learningRate: 0.1 } }, false],
  // What names an absent parameter is met; the other side of a conjunction still counts.
  ['a < b', { a: 1 }, true],
  ['a < b and a > 5', { a: 1 }, false],
  ['phases.0.optimizer.momentum < 0.5', { 'phases.0.optimizer': { name: 'Adam' } }, true],
  ['a < 5', { a: null }, true],
  ['a != null', { a: null }, false],
  ['a == true', { a: true }, true],
  ['a == 1', { a: '1' }, false],
])('%s with %j is %s', (text, configuration, expected) => {
  expect(met(text, configuration)).toBe(expected)
})

test.each([
  ['a <', 4, 'a number'],
  ['a < b b', 7, 'an operator or the end'],
  ['(a < b', 7, 'a closing parenthesis'],
  ['a = b', 3, 'equality is =='],
  ["model == 'vgg", 10, 'the quote is not closed'],
  ['a < b < 3', 7, '“and” or the end'],
  ['a ; b', 3, '“;” cannot be read'],
  ['a < constructor(1)', 16, 'an operator or the end'],
  ['and a', 1, 'a number'],
  ['', 1, 'a number'],
])('%j is refused at character %d', (text, at, expected) => {
  const error = failure(text)
  expect(error).toContain(`at character ${at} `)
  expect(error).toContain(expected)
})

test('names that are no parameters, and arithmetic without a comparison, are refused', () => {
  expect(failure('a < c')).toContain('“c”')
  expect(failure('a < toString')).toContain('“toString”')
  expect(failure('a + b')).toContain('no comparison')
  expect(failure(`${'('.repeat(60)}a${')'.repeat(60)} < 1`)).toContain('nested')
})

function failure(text: string): string {
  try {
    parseConstraint(text, names, 'space.constraints.0')
  } catch (error) {
    if (isGraftError(error) && error.code === 'invalid_input' && error.field === 'space.constraints.0') return error.message
    throw error
  }
  return 'accepted'
}
