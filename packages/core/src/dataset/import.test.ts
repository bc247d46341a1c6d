import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { datasetManifestSchema, importReportSchema } from '@graft/contracts/dataset'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { sharp } from '../image/configured-sharp.ts'
import { sha256Of } from './decode-files.ts'
import { openFolder } from './folder-source.ts'
import { type ImportOptions, importDataset } from './import.ts'
import type { ImageSource } from './image-source.ts'
import type { ContentSink } from './store-images.ts'
import { memorySource } from './testing/memory-source.ts'
import { picture } from './testing/pictures.ts'
import { zipBytes } from './testing/zip-bytes.ts'
import { openZip } from './zip-source.ts'

// Child processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

type Files = Record<string, Uint8Array>

/** `count` different pictures a class. */
async function pictures(classes: readonly string[], count: number): Promise<Files> {
  const files: Files = {}
  for (const [classIndex, name] of classes.entries()) {
    for (let index = 0; index < count; index++) files[`${name}/${index}.png`] = await picture(classIndex * 1000 + index)
  }
  return files
}
const run = (source: ImageSource, more: Partial<ImportOptions> = {}): ReturnType<typeof importDataset> => importDataset({ source, splitRule: 'auto', seed: 0, ...more })

/** Holds what it is given, and fails when given what it holds. */
function memorySink(): ContentSink & { held: Map<string, Uint8Array>; portions: number[] } {
  const held = new Map<string, Uint8Array>()
  const portions: number[] = []
  return {
    held,
    portions,
    missing: async (names) => new Set(names.filter((name) => !held.has(name))),
    async writeMany(contents) {
      portions.push(contents.length)
      for (const { sha256, bytes } of contents) {
        expect(held.has(sha256)).toBe(false)
        held.set(sha256, bytes)
      }
    },
  }
}

let clean: Files = {}
let folder = ''
beforeAll(async () => {
  clean = await pictures(['cats', 'dogs'], 10)
  folder = await mkdtemp(join(tmpdir(), 'graft-import-test-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('a clean folder: everything kept, split, stored once with its thumbnail', async () => {
  const contents = memorySink()
  const progress: string[] = []
  const { manifest, report } = await run(memorySource(clean), {
    contents,
    onProgress: (done, total, stage) => progress.push(`${stage} ${done}/${total}`),
  })
  expect(datasetManifestSchema.parse(manifest)).toEqual(manifest)
  expect(importReportSchema.parse(report)).toEqual(report)
  expect([manifest.classes, manifest.splitRule, report.filesFound, report.imagesKept, report.issues]).toEqual([['cats', 'dogs'], '80/10/10', 20, 20, []])
  expect(manifest.images.map((image) => image.path)).toEqual(Object.keys(clean).toSorted())
  expect([...contents.held.keys()].toSorted()).toEqual(manifest.images.flatMap((image) => [image.sha256, image.thumbnail!]).toSorted())
  for (const [sha256, bytes] of contents.held) expect(sha256).toBe(sha256Of(bytes))
  for (const { path, sha256 } of manifest.images) expect(contents.held.get(sha256)).toEqual(clean[path])
  expect([progress[0], progress.at(-1)]).toEqual(['scan 0/0', 'store 20/20'])
  expect(progress).toContain('decode 20/20')
})

test('every fault is reported with its reason, and none stops the import', async () => {
  const jpeg = await picture(50, 'jpeg', 200)
  const twin = await picture(60)
  const pair = await picture(70)
  const look = await picture(80, 'png', 300)
  const files: Files = {
    ...clean,
    'cats/empty.jpg': Buffer.alloc(0),
    'cats/cut.jpg': jpeg.subarray(0, jpeg.length / 2),
    'cats/notes.txt': Buffer.from('cute ones'),
    'cats/inner.zip': zipBytes([{ name: 'cats/x.png', data: jpeg }]),
    'cats/twin.png': twin,
    'dogs/twin.png': twin,
    'dogs/pair-1.png': pair,
    'dogs/pair-2.png': pair,
    'dogs/look-1.png': look,
    'dogs/look-2.jpg': await sharp(look).resize(150).jpeg().toBuffer(),
    'stray.png': jpeg,
    'dogs/.DS_Store': Buffer.from('x'),
  }
  const { manifest, report } = await run(memorySource(files))
  expect(report.issues.map((issue) => [issue.kind, issue.path, ...issue.related]).toSorted()).toEqual([
    ['duplicate', 'dogs/pair-2.png', 'dogs/pair-1.png'],
    ['duplicate-across-classes', 'cats/twin.png', 'dogs/twin.png'],
    ['duplicate-across-classes', 'dogs/twin.png', 'cats/twin.png'],
    ['empty', 'cats/empty.jpg'],
    ['near-duplicate', 'dogs/look-2.jpg', 'dogs/look-1.png'],
    ['not-an-image', 'cats/inner.zip'],
    ['not-an-image', 'cats/notes.txt'],
    ['truncated', 'cats/cut.jpg'],
    ['unplaced', 'stray.png'],
  ])
  expect(report.notes).toEqual(['1 hidden or system file was passed over.'])
  expect([report.filesFound, report.imagesKept]).toEqual([Object.keys(files).length - 1, 24])
  const splitOf = (path: string): string | undefined => manifest.images.find((image) => image.path === path)?.split
  expect(splitOf('dogs/pair-1.png')).toBe(splitOf('dogs/pair-2.png'))
  expect(splitOf('cats/twin.png')).toBeUndefined()
})

test('split folders are kept; what is in two of them stays in test', async () => {
  const files: Files = {}
  for (const [path, bytes] of Object.entries(clean)) files[`${path.includes('0') ? 'test' : path.includes('1') ? 'val' : 'train'}/${path}`] = bytes
  files['train/cats/copy.png'] = clean['cats/0.png']!
  const { manifest, report } = await run(memorySource(files))
  expect(manifest.splitRule).toBe('folders')
  expect(manifest.images.map((image) => image.path.split('/')[0]!.replace('val', 'validation'))).toEqual(manifest.images.map((image) => image.split))
  expect(report.issues.map((issue) => [issue.kind, issue.path])).toEqual([['duplicate-across-splits', 'train/cats/copy.png']])
  const pooled = await run(memorySource(files), { splitRule: '80/10/10' })
  expect(pooled.report.issues.map((issue) => issue.kind)).toEqual(['duplicate'])
})

async function fingerprint(source: ImageSource, more: Partial<ImportOptions> = {}): Promise<string> {
  const { manifest } = await run(source, more)
  await source.close()
  return manifest.fingerprint
}

test('one version for a folder, its zip, another time stamp, another order; another for other content, split or seed', async () => {
  for (const [path, bytes] of Object.entries(clean)) {
    await mkdir(dirname(join(folder, 'set', path)), { recursive: true })
    await writeFile(join(folder, 'set', path), bytes)
    await utimes(join(folder, 'set', path), 1, bytes.length)
  }
  const zip = join(folder, 'set.zip')
  await writeFile(zip, zipBytes(Object.entries(clean).toReversed().map(([path, data]) => ({ name: `wrapped/${path}`, data }))))
  const one = await fingerprint(memorySource(clean))
  expect(await fingerprint(await openFolder(join(folder, 'set')))).toBe(one)
  expect(await fingerprint(await openZip(zip))).toBe(one)
  expect(await fingerprint(memorySource(clean), { seed: 1 })).not.toBe(one)
  expect(await fingerprint(memorySource(clean), { splitRule: 'seed-study' })).not.toBe(one)
  expect(await fingerprint(memorySource({ ...clean, 'cats/new.png': await picture(99) }))).not.toBe(one)
})

const refusals: readonly [what: string, files: () => Promise<Files>, message: RegExp][] = [
  ['nothing', async () => ({}), /no files/],
  ['one class only', () => pictures(['cats'], 3), /only one class \("cats"\)/],
  ['a class of one image', async () => ({ ...clean, 'owls/only.png': await picture(5000) }), /"owls" has only one usable image/],
  ['a class without any readable image', async () => ({ ...clean, 'owls/a.jpg': Buffer.alloc(0), 'owls/b.jpg': Buffer.from('x') }), /"owls" has no usable image.*owls\/a\.jpg: The file has zero bytes/],
  ['a class that is only in test', async () => ({ 'train/a/1.png': await picture(1), 'train/a/2.png': await picture(2), 'test/b/3.png': await picture(3), 'test/b/4.png': await picture(4) }), /"b" has no training image/],
]
for (const [what, files, message] of refusals) {
  test(`refused: ${what}`, async () => {
    const given = await files()
    const contents = memorySink()
    await expect(run(memorySource(given), { contents })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message), hint: expect.any(String) })
    expect(contents.held.size).toBe(0)
  })
}

test('a class without test images is a warning', async () => {
  const files = Object.fromEntries(Object.entries(clean).map(([path, bytes]) => [`${path.startsWith('cats/0') ? 'test' : 'train'}/${path}`, bytes]))
  const { report } = await run(memorySource(files))
  expect(report.issues).toEqual([{ kind: 'small-class', path: 'dogs', reason: expect.stringContaining('no image in test'), related: [] }])
})

test('a file damaged inside the zip is reported, the rest imported', async () => {
  const path = join(folder, 'damaged.zip')
  await writeFile(path, zipBytes(Object.entries(clean).map(([name, data], index) => ({ name, data, ...(index === 3 ? { claimedCrc: 7 } : {}) }))))
  const source = await openZip(path)
  const { report } = await run(source)
  await source.close()
  expect(report.issues).toEqual([{ kind: 'corrupt', path: 'cats/3.png', reason: expect.stringContaining('checksum'), related: [] }])
})

test('contents that are there already are neither read again nor written', async () => {
  const contents = memorySink()
  const { manifest } = await run(memorySource(clean), { contents })
  contents.held.delete(manifest.images[4]!.sha256)
  contents.portions.length = 0
  let reads = 0
  const counting: ImageSource = { ...memorySource(clean), read: async (path) => (reads++, clean[path]!) }
  await run(counting, { contents })
  expect(reads).toBe(20 + 1)
  expect(contents.portions).toEqual([1])
})

test('many images go in portions of a hundred', async () => {
  const contents = memorySink()
  const { manifest } = await run(memorySource(await pictures(['cats', 'dogs'], 120)), { contents })
  expect(manifest.images).toHaveLength(240)
  expect(contents.portions.toSorted((a, b) => a - b)).toEqual([80, 200, 200])
})

test('an abort ends it and leaves no temporary file; a file that changes meanwhile is a conflict', async () => {
  const temporary = join(folder, 'temporary')
  await mkdir(temporary)
  vi.stubEnv('TMPDIR', temporary)
  const stop = new AbortController()
  await expect(run(memorySource(clean), { signal: stop.signal, onProgress: (done) => done === 3 && stop.abort() })).rejects.toThrow('aborted')
  let reads = 0
  const changing: ImageSource = { ...memorySource(clean), read: async (path) => (reads++ < 20 ? clean[path]! : picture(9999)) }
  await expect(run(changing, { contents: memorySink() })).rejects.toMatchObject({ code: 'conflict' })
  vi.unstubAllEnvs()
  expect((await readdir(temporary)).filter((name) => name.startsWith('graft-'))).toEqual([])
})

const birds = fileURLToPath(new URL('../../../../../shared/datasets/birds', import.meta.url))
test.skipIf(!existsSync(birds))('finds the bird that lies under two classes (skipped where the shared datasets are not)', async () => {
  const source = await openFolder(birds)
  const { manifest, report } = await run(source)
  expect(report.issues.filter((issue) => issue.kind === 'duplicate-across-classes').map((issue) => issue.path)).toEqual([
    'validate/Eared_Grebe/Eared_Grebe_0007_2546851209.jpg',
    'validate/Green_Jay/Eared_Grebe_0007_2546851209.jpg',
  ])
  expect([manifest.classes.length, manifest.images.length, manifest.images.filter((image) => image.split === 'test').length]).toEqual([10, 96, 29])
})
