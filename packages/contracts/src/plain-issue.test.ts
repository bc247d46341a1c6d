import { expect, test } from 'vitest'
import { z } from 'zod'
import { plainIssue } from './plain-issue.ts'

// The sentences are zod's: a new version of it that words them otherwise fails here.
test.each([
  [z.number(), 'x', 'A number is needed.'],
  [z.number(), Number.NaN, 'A number is needed.'],
  [z.number().int(), 1.5, 'A whole number is needed.'],
  [z.number().max(1024), 4096, 'At most 1024.'],
  [z.number().min(1), 0, 'At least 1.'],
  [z.number().lt(1), 1, 'Less than 1.'],
  [z.number().positive(), 0, 'More than 0.'],
  [z.string(), 1, 'A text is needed.'],
  [z.string().max(3), 'four', 'At most 3 characters.'],
  [z.string().min(1), '', 'At least 1 character.'],
  [z.array(z.number()), 'x', 'A list is needed.'],
  [z.array(z.number()).min(1), [], 'At least 1 entry.'],
  [z.array(z.number()).max(2), [1, 2, 3], 'At most 2 entries.'],
  [z.boolean(), 'yes', 'true or false is needed.'],
  [z.object({}), 3, 'An object with fields is needed.'],
  [z.enum(['average', 'max']), 'min', 'One of average, max is needed.'],
  [z.literal('all'), 'none', 'Only all is possible.'],
  [z.strictObject({}), { eopchs: 3 }, 'There is no eopchs here: misspelt?'],
  [z.number().refine((value) => value < 3, 'Smaller, please.'), 5, 'Smaller, please.'],
])('case %#: %j is told in plain words', (schema, value, sentence) => {
  expect(schema.safeParse(value).error!.issues.map(plainIssue)).toEqual([sentence])
})
