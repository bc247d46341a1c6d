import { createHash } from 'node:crypto'
import type { Split, SplitRule } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'

export interface SplitCandidate {
  classIndex: number
  sha256: string
  /** Images with one pixel hash stay on one side. */
  pixelHash: string
  /** What its split folder says; null without split folders. */
  folder: Split | null
}

export interface SplitResult {
  /** One an image, in the order given. */
  splits: Split[]
  /** What was decided beyond the folders, a sentence each. */
  notes: string[]
}

type Quota = Record<Split, number>

/**
 * Divides images into train, validation and test, class by class, with the images of one picture on one side. Deterministic
 * from the seed and the images' content: neither paths nor their order matter.
 *
 * `80/10/10` rounds validation and test to the nearest; `seed-study` takes 20% for validation, then 10% of the rest for test,
 * both rounded up as the study's own counts show. From three images on a class has one in each part at least, from two on one
 * in train and test. `folders` keeps what the folders say; see `splitByFolders`.
 *
 * @throws GraftError `invalid_input` when `folders` is asked for and there are none, or they leave nothing to train on.
 */
export function splitImages(images: readonly SplitCandidate[], rule: SplitRule, seed: number): SplitResult {
  if (rule === 'folders') return splitByFolders(images, seed)
  const splits: Split[] = images.map(() => 'train')
  divide(images, images.map((_, index) => index), seed, rule === 'seed-study' ? seedStudyQuota : tenthsQuota, splits)
  return { splits, notes: [] }
}

/** 80/10/10 of `count` images. */
function tenthsQuota(count: number): Quota {
  const part = count < 2 ? 0 : Math.max(1, Math.round(count / 10))
  const validation = count < 3 ? 0 : part
  return { train: count - part - validation, validation, test: part }
}

/** 80/20, then 90/10 of the training part. */
function seedStudyQuota(count: number): Quota {
  if (count < 3) return tenthsQuota(count)
  const validation = Math.min(count - 2, Math.ceil(count * 0.2))
  const test = Math.ceil((count - validation) * 0.1)
  return { train: count - validation - test, validation, test }
}

/** A tenth for one missing part. A class of one image keeps it in train. */
function oneTenthQuota(part: 'validation' | 'test'): (count: number) => Quota {
  return (count) => {
    const taken = count < 2 ? 0 : Math.max(1, Math.round(count / 10))
    return { train: count - taken, validation: 0, test: 0, [part]: taken }
  }
}

/**
 * What the folders say. Without a train folder the validation images are trained on. A missing validation or test part is cut
 * from train, a tenth each, so that the best epoch is never chosen on test images and there is always something to test on.
 */
function splitByFolders(images: readonly SplitCandidate[], seed: number): SplitResult {
  if (images.some((image) => image.folder === null)) {
    throw new GraftError('invalid_input', 'The split rule "folders" needs split folders, and there are none.', {
      hint: 'Make folders train, validation and test with class folders inside, or use the rule 80/10/10.',
      field: 'splitRule',
    })
  }
  const splits = images.map((image) => image.folder!)
  const notes: string[] = []
  const has = (split: Split): boolean => splits.includes(split)
  if (!has('train')) {
    if (!has('validation')) throw new GraftError('invalid_input', 'There is only a test folder: nothing to train on.', { hint: 'Add a train folder.' })
    splits.forEach((split, index) => {
      if (split === 'validation') splits[index] = 'train'
    })
    notes.push('There is no train folder: the validation images are the training images.')
  }
  for (const part of ['validation', 'test'] as const) {
    if (has(part)) continue
    const train = images.map((_, index) => index).filter((index) => splits[index] === 'train')
    divide(images, train, seed, oneTenthQuota(part), splits)
    notes.push(`There is no ${part} ${part === 'validation' && notes.length > 0 ? 'part left' : 'folder'}: a tenth of train, class by class, was taken for it.`)
  }
  return { splits, notes }
}

/** Divides the images at `indices` class by class by a quota and writes their splits. */
function divide(images: readonly SplitCandidate[], indices: readonly number[], seed: number, quotaOf: (count: number) => Quota, splits: Split[]): void {
  const classes = new Map<number, number[]>()
  for (const index of indices) {
    const members = classes.get(images[index]!.classIndex)
    if (members === undefined) classes.set(images[index]!.classIndex, [index])
    else members.push(index)
  }
  for (const members of classes.values()) {
    const quota = quotaOf(members.length)
    for (const group of shuffledGroups(images, members, seed)) {
      // Groups too large for what is left of a part go on to the next; train takes whatever remains.
      const split: Split = quota.test >= group.length ? 'test' : quota.validation >= group.length ? 'validation' : 'train'
      quota[split] -= group.length
      for (const index of group) splits[index] = split
    }
  }
}

/** Groups of equal pictures, in an order that the seed and their content decide. */
function shuffledGroups(images: readonly SplitCandidate[], indices: readonly number[], seed: number): number[][] {
  const groups = new Map<string, number[]>()
  for (const index of indices) {
    const key = images[index]!.pixelHash
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [index])
    else group.push(index)
  }
  return Array.from(groups, ([key, group]) => ({ order: createHash('sha256').update(`${seed}:${key}`).digest('hex'), group }))
    .toSorted((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ group }) => group)
}
