import { expect, test } from 'vitest'
import { type DuplicateCandidate, findDuplicates } from './duplicates.ts'

function image(path: string, pixelHash: string, sha256 = pixelHash): DuplicateCandidate {
  const parts = path.split('/')
  return { path, className: parts.at(-2)!, split: parts.length === 3 ? (parts[0] as 'train' | 'validation' | 'test') : null, sha256, pixelHash }
}
const kinds = (images: DuplicateCandidate[]): { issues: string[][]; excluded: string[] } => {
  const { issues, excluded } = findDuplicates(images)
  return { issues: issues.map((issue) => [issue.kind, issue.path, ...issue.related]), excluded: [...excluded].toSorted() }
}

test('different images are no issue', () => {
  expect(kinds([image('cats/a', '1'), image('dogs/b', '2')])).toEqual({ issues: [], excluded: [] })
})

test('under two classes all copies are left out, in whatever split they lie', () => {
  expect(kinds([image('cats/a', '1'), image('cats/b', '1'), image('dogs/c', '1')])).toEqual({
    issues: [
      ['duplicate-across-classes', 'cats/a', 'cats/b', 'dogs/c'],
      ['duplicate-across-classes', 'cats/b', 'cats/a', 'dogs/c'],
      ['duplicate-across-classes', 'dogs/c', 'cats/a', 'cats/b'],
    ],
    excluded: ['cats/a', 'cats/b', 'dogs/c'],
  })
  expect(kinds([image('test/cats/a', '1'), image('train/dogs/b', '1')]).excluded).toEqual(['test/cats/a', 'train/dogs/b'])
})

test('across split folders test keeps it, then validation', () => {
  expect(kinds([image('test/cats/a', '1'), image('train/cats/b', '1'), image('validation/cats/c', '1')]).excluded).toEqual(['train/cats/b', 'validation/cats/c'])
  expect(kinds([image('train/cats/b', '1'), image('validation/cats/c', '1')])).toEqual({ issues: [['duplicate-across-splits', 'train/cats/b', 'validation/cats/c']], excluded: ['train/cats/b'] })
})

test('inside one class copies stay with a warning that says whether the files or only the pictures are equal', () => {
  const { issues, excluded } = findDuplicates([image('cats/a', '1'), image('cats/b', '1')])
  expect([issues[0]?.kind, issues[0]?.path, issues[0]?.reason, excluded.size]).toEqual(['duplicate', 'cats/b', expect.stringContaining('The same file as "cats/a"'), 0])
  expect(findDuplicates([image('cats/a', '1', 'x'), image('cats/b', '1', 'y')]).issues[0]?.reason).toContain('The same picture as')
})
