import { z } from 'zod'

/** Lower-case hexadecimal SHA-256, the name of every stored content. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'Expected 64 hexadecimal digits (a SHA-256).')

const reserved = new Set(['__proto__', 'constructor', 'prototype', 'hasownproperty', 'tostring'])

/**
 * A name that people give: 1 to 100 visible characters, no line breaks or other controls, no slash (it goes into paths and
 * addresses), not one of JavaScript's own property names. Commas, quotes, `=` and `<` are allowed: whoever writes CSV or HTML escapes.
 */
export const nameSchema = z
  .string()
  .trim()
  .min(1, 'A name is needed.')
  .max(100, 'At most 100 characters.')
  .refine((name) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\]/u.test(name), 'No slashes, line breaks or invisible characters.')
  .refine((name) => name !== '.' && name !== '..', 'Not a name.')
  .refine((name) => !reserved.has(name.toLowerCase()), 'This word is reserved.')

/** A seed: 0 to 2^31 - 1. */
export const seedSchema = z.number().int('A whole number.').min(0, 'At least 0.').max(2147483647, 'At most 2147483647.')
