import { expect, test } from 'vitest'
import { scanSource } from './scan.ts'
import { memorySource } from './testing/memory-source.ts'

const scan = (paths: readonly string[]): ReturnType<typeof scanSource> => scanSource(memorySource(Object.fromEntries(paths.map((path) => [path, Buffer.from('x')]))))
const placed = async (paths: readonly string[]): Promise<string[]> => (await scan(paths)).files.map((file) => `${file.split ?? '-'} ${file.className} ${file.path}`)

test('one folder a class; folders inside a class belong to it; order of the source does not matter', async () => {
  const paths = ['dogs/a.jpg', 'cats/day/b.jpg', 'cats/a.jpg']
  expect(await placed(paths)).toEqual(['- cats cats/a.jpg', '- cats cats/day/b.jpg', '- dogs dogs/a.jpg'])
  expect(await scan(paths.toReversed())).toEqual(await scan(paths))
})

test('split folders by each of their names, in any case, several of one part together', async () => {
  const parts = ['train', 'validate', 'validation', 'val', 'valid', 'Test', 'VAL']
  expect(await placed(parts.map((part, index) => `${part}/cats/${index}.jpg`))).toEqual([
    'test cats Test/cats/5.jpg',
    'validation cats VAL/cats/6.jpg',
    'train cats train/cats/0.jpg',
    'validation cats val/cats/3.jpg',
    'validation cats valid/cats/4.jpg',
    'validation cats validate/cats/1.jpg',
    'validation cats validation/cats/2.jpg',
  ])
})

test('a class may be called like a split when images lie right in it', async () => {
  expect(await placed(['test/a.jpg', 'good/b.jpg'])).toEqual(['- good good/b.jpg', '- test test/a.jpg'])
})

test('folders around everything are stepped into, texts beside them or not', async () => {
  expect(await placed(['my set/birds/jay/a.jpg', 'my set/birds/wren/b.jpg', 'README.md'])).toEqual(['- jay my set/birds/jay/a.jpg', '- wren my set/birds/wren/b.jpg'])
  expect(await placed(['birds/train/jay/a.jpg', 'birds/test/jay/b.jpg'])).toEqual(['test jay birds/test/jay/b.jpg', 'train jay birds/train/jay/a.jpg'])
  expect((await scan(['train/jay/a.jpg', 'train/wren/b.jpg'])).hasSplitFolders).toBe(true)
})

test('hidden and system files are counted, texts beside the classes named, everything else outside is reported', async () => {
  const result = await scan(['cats/a.jpg', 'cats/.DS_Store', '__MACOSX/cats/._a.jpg', 'dogs/Thumbs.db', '.git/config', 'dogs/b.jpg', 'dataset-info.json', 'LICENSE', 'stray.jpg'])
  expect(result.filesFound).toBe(5)
  expect(result.issues).toEqual([{ kind: 'unplaced', path: 'stray.jpg', reason: 'It is not inside a class folder.', related: [] }])
  expect(result.notes).toEqual(['4 hidden or system files were passed over.', 'Beside the class folders and not taken as images: LICENSE, dataset-info.json.'])
})

test('empty folders are named, as no classes', async () => {
  const source = memorySource({ 'cats/a.jpg': Buffer.alloc(1) })
  const withEmpty = { ...source, entries: async function* () { yield* source.entries(); yield { path: 'owls/', bytes: 0, emptyFolder: true } } }
  expect(await scanSource(withEmpty)).toMatchObject({ classes: ['cats'], filesFound: 1, notes: ['Empty folders, which are no classes: owls.'] })
})

test('with split folders, what lies beside them or right inside them is reported', async () => {
  const { issues } = await scan(['train/cats/a.jpg', 'train/b.jpg', 'other/cats/c.jpg', 'd.jpg'])
  expect(issues.map((issue) => [issue.path, issue.reason])).toEqual([
    ['d.jpg', 'It is not inside a class folder.'],
    ['other/cats/c.jpg', 'It lies beside the split folders, in "other".'],
    ['train/b.jpg', 'It lies in "train" but not inside a class folder there.'],
  ])
})

test('odd class names are names', async () => {
  const names = ['a,b', `"quoted"`, '=cmd', '<script>alert(1)<', "O'Brien", 'été', '写真']
  expect((await scan(names.map((name) => `${name}/a.jpg`))).classes).toEqual(names.toSorted())
})

test('composed and decomposed spellings of one name are one class', async () => {
  expect((await scan(['train/e\u0301te/a.jpg', 'test/\u00e9te/b.jpg', 'train/x/c.jpg'])).classes).toEqual(['x', '\u00e9te'])
})

for (const name of ['__proto__', 'constructor', 'a\u202eb', 'x'.repeat(101), ' ']) {
  test(`the class folder ${JSON.stringify(name.slice(0, 20))} is refused`, async () => {
    await expect(scanSource(memorySource(Object.fromEntries([[`${name}/a.jpg`, Buffer.alloc(1)], ['ok/b.jpg', Buffer.alloc(1)]])))).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(`"${name}" cannot be a class`),
      hint: 'Rename the folder.',
    })
  })
}

test('nothing and no class folders are errors', async () => {
  await expect(scan([])).rejects.toMatchObject({ code: 'invalid_input', message: 'There are no files in it.' })
  await expect(scan(['.DS_Store'])).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(scan(['a.jpg', 'b.jpg'])).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('no class folders') })
})
