import { expect, test } from 'vitest'
import { isLitter, relativePaths, suggestName } from './relative-paths.ts'

test('the dropped folder itself does not enter the paths', () => {
  expect(relativePaths(['birds/Wren/1.jpg', 'birds/Jay/2.jpg'])).toEqual(['Wren/1.jpg', 'Jay/2.jpg'])
  expect(relativePaths(['/birds/train/Wren/1.jpg', '/birds/test/Wren/2.jpg'])).toEqual(['train/Wren/1.jpg', 'test/Wren/2.jpg'])
  expect(relativePaths(['birds/readme.txt', 'birds/Jay/2.jpg'])).toEqual(['readme.txt', 'Jay/2.jpg'])
})

test('class folders dropped side by side stay', () => {
  expect(relativePaths(['Wren/1.jpg', 'Jay/2.jpg'])).toEqual(['Wren/1.jpg', 'Jay/2.jpg'])
})

test('a single class folder or split folder stays, so that the import can say what is missing', () => {
  expect(relativePaths(['Wren/1.jpg', 'Wren/2.jpg'])).toEqual(['Wren/1.jpg', 'Wren/2.jpg'])
  expect(relativePaths(['train/Wren/1.jpg', 'train/Jay/2.jpg'])).toEqual(['train/Wren/1.jpg', 'train/Jay/2.jpg'])
  expect(relativePaths([])).toEqual([])
})

test('litter of file systems is left behind', () => {
  expect(isLitter('birds/.DS_Store')).toBe(true)
  expect(isLitter('__MACOSX/birds/._1.jpg')).toBe(true)
  expect(isLitter('birds/Wren/.hidden.jpg')).toBe(false)
})

test('the name comes from the folder or the archive', () => {
  expect(suggestName(['birds/Wren/1.jpg'])).toBe('birds')
  expect(suggestName(['birds.ZIP'])).toBe('birds')
})
