import { expect, test } from 'vitest'
import { bar, duration, printable } from './terminal.ts'

test('text from outside cannot steer the terminal', () => {
  expect(printable('a\u001B]0;title\u0007b\u202Ec\nd')).toBe('a\uFFFD]0;title\uFFFDb\uFFFDc\uFFFDd')
})

test('bars have one width', () => {
  expect(bar(0, 4)).toBe('    ')
  expect(bar(0.5, 4)).toBe('██  ')
  expect(bar(1, 4)).toBe('████')
  expect(bar(0.53, 4)).toHaveLength(4)
})

test('durations as people say them', () => {
  expect([0.0123, 12.34, 65, 7300].map(duration)).toEqual(['12 ms', '12.3 s', '1 min 5 s', '2 h 1 min'])
})
