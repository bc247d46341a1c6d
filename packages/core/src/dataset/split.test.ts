import type { Split, SplitRule } from '@graft/contracts/dataset'
import { expect, test } from 'vitest'
import { type SplitCandidate, splitImages } from './split.ts'

/** So many images a class, all different. */
const images = (...sizes: number[]): SplitCandidate[] =>
  sizes.flatMap((count, classIndex) => Array.from({ length: count }, (_, index) => ({ classIndex, sha256: `${classIndex}-${index}`, pixelHash: `${classIndex}-${index}`, folder: null })))
const inFolders = (...folders: Split[]): SplitCandidate[] => images(folders.length).map((image, index) => ({ ...image, folder: folders[index]! }))

function counts(candidates: readonly SplitCandidate[], rule: SplitRule, seed = 0): string[] {
  const { splits } = splitImages(candidates, rule, seed)
  const byClass = new Map<number, Record<Split, number>>()
  candidates.forEach((image, index) => {
    const row = byClass.get(image.classIndex) ?? { train: 0, validation: 0, test: 0 }
    row[splits[index]!]++
    byClass.set(image.classIndex, row)
  })
  return Array.from(byClass.values(), (row) => `${row.train}/${row.validation}/${row.test}`)
}

function bySha(candidates: SplitCandidate[], seed: number): [string, Split][] {
  const { splits } = splitImages(candidates, '80/10/10', seed)
  return candidates.map((image, index): [string, Split] => [image.sha256, splits[index]!]).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

test('80/10/10 class by class; small classes have one in each part', () => {
  expect(counts(images(100, 37, 10, 5, 3, 2), '80/10/10')).toEqual(['80/10/10', '29/4/4', '8/1/1', '3/1/1', '1/1/1', '1/0/1'])
})

test('the seed study splits 80/20, then 90/10 of the rest, rounding up', () => {
  // Sums to the study's leaves (125/37/15 of 177) with its three classes of 59 or so.
  expect(counts(images(100, 59, 5, 3), 'seed-study')).toEqual(['72/20/8', '42/12/5', '3/1/1', '1/1/1'])
})

test('the seed decides, neither order nor paths do', () => {
  const some = images(40, 40)
  expect(bySha(some.toReversed(), 1)).toEqual(bySha(some, 1))
  expect(bySha(some, 2)).not.toEqual(bySha(some, 1))
})

for (const rule of ['80/10/10', 'seed-study'] as const) {
  test(`${rule}: equal pictures are never torn apart`, () => {
    for (let seed = 0; seed < 30; seed++) {
      const groups = images(60, 60).map((image, index) => ({ ...image, pixelHash: `${image.classIndex}-${Math.floor(index / (1 + (index % 3)))}` }))
      const { splits } = splitImages(groups, rule, seed)
      const sides = new Map<string, Set<Split>>()
      groups.forEach((image, index) => sides.set(image.pixelHash, (sides.get(image.pixelHash) ?? new Set<Split>()).add(splits[index]!)))
      expect([...sides.values()].every((side) => side.size === 1)).toBe(true)
      expect(new Set(splits).size).toBe(3)
    }
  })
}

test('folders are kept as they are', () => {
  expect(splitImages(inFolders('train', 'validation', 'test', 'train'), 'folders', 0)).toEqual({ splits: ['train', 'validation', 'test', 'train'], notes: [] })
})

test('a missing validation or test folder is cut from train, and a note says so', () => {
  const noValidation = splitImages(inFolders(...Array<Split>(20).fill('train'), 'test'), 'folders', 0)
  expect([noValidation.splits.filter((split) => split === 'validation').length, noValidation.splits.at(-1), noValidation.notes]).toEqual([2, 'test', [expect.stringContaining('no validation folder')]])
  const onlyTrain = splitImages(inFolders(...Array<Split>(20).fill('train')), 'folders', 0)
  expect(['train', 'validation', 'test'].map((part) => onlyTrain.splits.filter((split) => split === part).length)).toEqual([16, 2, 2])
  expect(onlyTrain.notes.length).toBe(2)
})

test('without a train folder the validation images are trained on', () => {
  const { splits, notes } = splitImages(inFolders(...Array<Split>(10).fill('validation'), 'test'), 'folders', 0)
  expect([splits.filter((split) => split === 'train').length, splits.filter((split) => split === 'validation').length, splits.at(-1)]).toEqual([9, 1, 'test'])
  expect(notes[0]).toContain('no train folder')
})

test('what cannot be split is refused', () => {
  expect(() => splitImages(images(4, 4), 'folders', 0)).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'splitRule' }))
  expect(() => splitImages(inFolders('test', 'test'), 'folders', 0)).toThrow(expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining('only a test folder') }))
})
