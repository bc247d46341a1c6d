import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { faultMatrix, faultsPage } from './matrix.ts'

const root = path.resolve(import.meta.dirname, '../..')

test.each(faultMatrix)('$fault: its test is there', ({ file, test: title }) => {
  expect(readFileSync(path.join(root, file), 'utf8')).toContain(`'${title}'`)
})

test('docs/faults.md is what the matrix says (`npm run faults -- --write` writes it)', () => {
  expect(readFileSync(path.join(root, 'docs/faults.md'), 'utf8')).toBe(faultsPage(faultMatrix))
})
