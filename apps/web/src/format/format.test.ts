import { expect, test } from 'vitest'
import { intervalText, percentText, probabilityText } from './accuracy.ts'
import { bytesText } from './bytes.ts'
import { countText, quantityText, shortCountText } from './count.ts'
import { durationText } from './duration.ts'
import { numberText } from './number.ts'
import { relativeTimeText } from './relative-time.ts'
import { shortAddresses } from './short-addresses.ts'
import { shellArgument } from './shell-argument.ts'

test('accuracies are per cent with one decimal', () => {
  expect(percentText(0.92371)).toBe('92.4')
  expect(percentText(1)).toBe('100.0')
  expect(intervalText([0.861, 0.9604])).toBe('86.1–96.0')
})

test('probabilities never claim certainty that is not there', () => {
  expect(probabilityText(0)).toBe('0%')
  expect(probabilityText(0.004)).toBe('<1%')
  expect(probabilityText(0.5)).toBe('50%')
  expect(probabilityText(0.9999)).toBe('>99%')
  expect(probabilityText(1)).toBe('100%')
})

test.each([
  [0, '0 s'],
  [0.0001, '1 ms'],
  [0.08, '80 ms'],
  [0.9999, '1.0 s'],
  [4.23, '4.2 s'],
  [9.97, '10 s'],
  [59.7, '1 m 00 s'],
  [185, '3 m 05 s'],
  [3599.9, '1 h 00 m'],
  [7800, '2 h 10 m'],
  [90_000, '1 d 1 h'],
  [Number.NaN, '–'],
])('%d seconds are %s', (seconds, text) => expect(durationText(seconds)).toBe(text))

test('counts', () => {
  expect(countText(14714688)).toBe('14,714,688')
  expect(quantityText(1, 'image')).toBe('1 image')
  expect(quantityText(2, 'class', 'classes')).toBe('2 classes')
  expect(shortCountText(14714688)).toBe('14.7 M')
  expect(shortCountText(999_900)).toBe('1.0 M')
  expect(shortCountText(12)).toBe('12')
})

test('bytes', () => {
  expect(bytesText(0)).toBe('0 B')
  expect(bytesText(4_194_304)).toBe('4.2 MB')
  expect(bytesText(999_900)).toBe('1.0 MB')
  expect(bytesText(58_889_256)).toBe('59 MB')
})

test('relative times', () => {
  const now = new Date('2026-01-31T12:00:00Z')
  const before = (seconds: number) => new Date(now.getTime() - seconds * 1000)
  expect(relativeTimeText(before(1), now)).toBe('now')
  expect(relativeTimeText(before(-30), now)).toBe('now')
  expect(relativeTimeText(before(42), now)).toBe('42 s ago')
  expect(relativeTimeText(before(185), now)).toBe('3 min ago')
  expect(relativeTimeText(before(86_400 * 3), now)).toBe('3 d ago')
  expect(relativeTimeText(before(86_400 * 30), now)).toBe('2026-01-01')
})

test('names in commands are quoted as a shell wants them', () => {
  expect(shellArgument('sign-digits')).toBe('sign-digits')
  expect(shellArgument('two "words" $(x)')).toBe(`'two "words" $(x)'`)
  expect(shellArgument("it's")).toBe(String.raw`'it'\''s'`)
})

test('long addresses shrink to their host', () => {
  expect(shortAddresses('No weights, and https://storage.googleapis.com/a/b_c.h5 cannot be downloaded: ENOTFOUND storage.googleapis.com.')).toBe('No weights, and storage.googleapis.com cannot be downloaded: ENOTFOUND storage.googleapis.com.')
  expect(shortAddresses('See http://127.0.0.1:3000/x.')).toBe('See 127.0.0.1:3000.')
})

test.each([
  [0, '0'],
  [0.001, '0.001'],
  [0.00123456, '0.00123'],
  [0.00001, '1e-5'],
  [0.0000123, '1.23e-5'],
  [-0.5, '-0.5'],
  [64, '64'],
  [65536, '65,536'],
  [2.5e9, '2.5e9'],
])('%d as %s', (value, text) => expect(numberText(value)).toBe(text))
