import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { recipeSchema } from '../recipe.ts'
import { recipeReference } from '../testing/recipe-reference.ts'

const page = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/recipes.md'), 'utf8')
const rows = page.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.slice(1, -1).split(' | ').map((cell) => cell.trim()))

test('docs/recipes.md holds every field of the schema, what it takes and its default, and no other', () => {
  const documented = rows.map(([field = '', values = '', fallback = '']) => ({ path: field.replaceAll('`', ''), values, fallback }))
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1)
  expect(documented.toSorted(byPath)).toEqual(recipeReference().toSorted(byPath))
  expect(rows.filter((cells) => cells.length !== 5 || cells[4] === '')).toEqual([])
})

test('the reference follows the schema', () => {
  const reference = recipeReference()
  expect(reference).toContainEqual({ path: 'phases[].epochs', values: 'whole number from 1 to 1000', fallback: '`20`' })
  expect(reference).toContainEqual({ path: 'phases[].unfreeze.block', values: 'text', fallback: 'needed' })
  expect(recipeSchema.safeParse({ phases: [{ kind: 'feature-extraction', epochs: 1001 }] }).success).toBe(false)
})
