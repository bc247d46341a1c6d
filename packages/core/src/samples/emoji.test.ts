import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openFolder } from '../dataset/folder-source.ts'
import { importDataset } from '../dataset/import.ts'
import { writeEmojiDataset } from './emoji.ts'

// Child processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-emoji-test-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('six categories, all drawings of an emoji in one split, and it imports without a fault', async () => {
  expect(await writeEmojiDataset(join(folder, 'one'), { perCategory: 30 })).toEqual({ images: 180 })
  const source = await openFolder(join(folder, 'one'))
  const { manifest, report } = await importDataset({ source, splitRule: 'auto', seed: 0 })
  expect([manifest.classes.length, manifest.splitRule, report.imagesKept]).toEqual([6, 'folders', 180])
  expect(report.issues.filter((issue) => issue.kind !== 'near-duplicate')).toEqual([])
  const splitsOfEmoji = new Map<string, Set<string>>()
  for (const image of manifest.images) {
    const emoji = image.path.split('/').at(-1)!.replace(/-[a-z]+\.png$/, '')
    splitsOfEmoji.set(emoji, (splitsOfEmoji.get(emoji) ?? new Set()).add(image.split))
  }
  expect([splitsOfEmoji.size, [...splitsOfEmoji.values()].every((splits) => splits.size === 1)]).toEqual([60, true])
  const readme = await readFile(join(folder, 'one/README.md'), 'utf8')
  for (const licence of ['Apache-2.0', 'CC-BY-4.0', 'MIT']) expect(readme).toContain(licence)
})

test('written twice, the files are the same', async () => {
  await writeEmojiDataset(join(folder, 'two'), { perCategory: 30 })
  const read = async (part: string): Promise<Buffer[]> => {
    const names = (await readdir(join(folder, part, 'test/objects'))).toSorted()
    return Promise.all(names.map((name) => readFile(join(folder, part, 'test/objects', name))))
  }
  expect(await read('two')).toEqual(await read('one'))
})

test('too few images to test on and an abort', async () => {
  for (const perCategory of [0, 29, 45.5, Number.NaN]) {
    await expect(writeEmojiDataset(join(folder, 'three'), { perCategory })).rejects.toMatchObject({ code: 'invalid_input', field: 'perCategory' })
  }
  await expect(writeEmojiDataset(join(folder, 'three'), {}, AbortSignal.abort())).rejects.toThrow('aborted')
})
