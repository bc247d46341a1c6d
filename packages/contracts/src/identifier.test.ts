import { expect, test } from 'vitest'
import { nameSchema, seedSchema, sha256Schema } from './identifier.ts'

test.each(['birds', 'a,b', 'say "hi"', '=cmd|calc', '<script>alert(1)</script>'.replace('/', ''), 'Müller', '鳥', ' trimmed '])('takes the name %j', (name) => {
  expect(nameSchema.parse(name)).toBe(name.trim())
})

test.each(['', '   ', '__proto__', 'constructor', '.', '..', 'a/b', 'a\\b', 'a\nb', 'a\u0000b', 'a\u200bb', 'x'.repeat(101)])('refuses the name %j', (name) => {
  expect(nameSchema.safeParse(name).success).toBe(false)
})

test('seeds are whole numbers below 2^31', () => {
  for (const seed of [0, 1, 2147483647]) expect(seedSchema.parse(seed)).toBe(seed)
  for (const seed of [-1, 0.5, 2147483648, Number.NaN, '1']) expect(seedSchema.safeParse(seed).success).toBe(false)
})

test('content names are lower-case SHA-256', () => {
  expect(sha256Schema.safeParse('a'.repeat(64)).success).toBe(true)
  for (const bad of ['a'.repeat(63), 'A'.repeat(64), '../../etc/passwd']) expect(sha256Schema.safeParse(bad).success).toBe(false)
})
