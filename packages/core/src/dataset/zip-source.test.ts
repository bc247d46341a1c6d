import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testZipLimits } from './testing/zip-limits.ts'
import { type ZipItem, zipBytes } from './testing/zip-bytes.ts'
import { openZip, zipLimits } from './zip-source.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-zip-test-'))
})
afterAll(() => rm(folder, { recursive: true }))

let number = 0
async function zipFile(content: Uint8Array): Promise<string> {
  const path = join(folder, `${number++}.zip`)
  await writeFile(path, content)
  return path
}
const some = Buffer.from('some bytes of a picture')
const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => (index * 7919 + ((index * index) >> 3)) & 255))

test('files are listed with their sizes and read without unpacking to disk', async () => {
  const large = noise(200_000)
  const path = await zipFile(zipBytes([{ name: 'cats/', mode: 0o040755 }, { name: 'owls/', mode: 0o040755 }, { name: 'cats/a.png', data: some }, { name: 'dogs/ü,"=cmd<script>.png', data: large, stored: true }]))
  const source = await openZip(path)
  const entries = []
  for await (const entry of source.entries()) entries.push(entry)
  expect(entries).toEqual([
    { path: 'owls/', bytes: 0, emptyFolder: true },
    { path: 'cats/a.png', bytes: some.length },
    { path: 'dogs/ü,"=cmd<script>.png', bytes: large.length },
  ])
  expect(Buffer.from(await source.read('cats/a.png'))).toEqual(some)
  expect(Buffer.from(await source.read('dogs/ü,"=cmd<script>.png'))).toEqual(large)
  await expect(source.read('elsewhere')).rejects.toMatchObject({ code: 'not_found' })
  await source.close()
})

const evil: readonly [attack: string, items: readonly ZipItem[], code: string, message: RegExp][] = [
  ['parent folder', [{ name: '../../evil.png', data: some }], 'invalid_input', /invalid relative path|leads out/],
  ['parent folder inside a path', [{ name: 'cats/../../evil.png', data: some }], 'invalid_input', /invalid relative path|leads out/],
  ['absolute path', [{ name: '/etc/evil.png', data: some }], 'invalid_input', /absolute path/],
  ['drive letter', [{ name: 'C:/evil.png', data: some }], 'invalid_input', /absolute path/],
  ['drive letter without slash', [{ name: 'C:evil.png', data: some }], 'invalid_input', /absolute path|leads out/],
  ['backslashes', [{ name: 'cats\\..\\evil.png', data: some }], 'invalid_input', /invalid characters/],
  ['link', [{ name: 'cats/a.png', data: Buffer.from('/etc/passwd'), mode: 0o120777 }], 'invalid_input', /is a link/],
  ['device', [{ name: 'cats/a.png', mode: 0o020666 }], 'invalid_input', /no plain file/],
  ['control characters', [{ name: 'cats/a\u0007.png', data: some }], 'invalid_input', /control characters/],
  ['null byte', [{ name: 'cats/a.png\0.txt', data: some }], 'invalid_input', /control characters|invalid characters/],
  ['one name twice', [{ name: 'cats/a.png', data: some }, { name: 'cats/a.png', data: noise(50) }], 'invalid_input', /twice/],
  ['encryption', [{ name: 'cats/a.png', data: some, flags: 1 }], 'invalid_input', /encrypted/],
  ['unknown method', [{ name: 'cats/a.png', data: some, method: 12 }], 'invalid_input', /method 12/],
  ['bomb by ratio', [{ name: 'cats/a.png', data: Buffer.alloc(8 * 1024 ** 2) }], 'too_large', /zip bomb/],
  ['bomb by claimed size', [{ name: 'cats/a.png', data: some, claimedSize: 0xfffffff0 }], 'too_large', /zip bomb/],
  ['bomb by total size', [{ name: 'a/a.png', data: noise(60_000) }, { name: 'b/b.png', data: noise(60_000) }], 'too_large', /unpacks to more/],
  ['too many entries', Array.from({ length: 21 }, (_, index) => ({ name: `cats/${index}.png` })), 'too_large', /more than 20 entries/],
]
for (const [attack, items, code, message] of evil) {
  test(`refused, and nothing left behind: ${attack}`, async () => {
    const path = await zipFile(zipBytes(items))
    const before = await readdir(folder)
    await expect(openZip(path, testZipLimits)).rejects.toMatchObject({ code, message: expect.stringMatching(message), hint: expect.any(String) })
    expect(await readdir(folder)).toEqual(before)
  })
}

test('an archive of 100,001 entries is refused by the default limits', async () => {
  expect(zipLimits.entries).toBe(100_000)
  const path = await zipFile(zipBytes(Array.from({ length: 100_001 }, (_, index) => ({ name: `c/${index}`, stored: true }))))
  await expect(openZip(path)).rejects.toMatchObject({ code: 'too_large', message: expect.stringContaining('100,000') })
})

test('a file that unpacks to another size or checksum than the archive says is corrupt, the others stay readable', async () => {
  const path = await zipFile(
    zipBytes([
      { name: 'cats/more.png', data: noise(5000), claimedSize: 100 },
      { name: 'cats/less.png', data: noise(100), claimedSize: 5000 },
      { name: 'cats/changed.png', data: noise(100), claimedCrc: 1 },
      { name: 'cats/good.png', data: some },
    ]),
  )
  const source = await openZip(path)
  for (const name of ['cats/more.png', 'cats/less.png', 'cats/changed.png']) await expect(source.read(name)).rejects.toMatchObject({ code: 'corrupt' })
  expect(Buffer.from(await source.read('cats/good.png'))).toEqual(some)
  await source.close()
})

test('what is no zip file is said to be none', async () => {
  await expect(openZip(join(folder, 'missing.zip'))).rejects.toMatchObject({ code: 'not_found' })
  await expect(openZip(await zipFile(Buffer.from('a text')))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('no zip file') })
  await expect(openZip(await zipFile(Buffer.alloc(0)))).rejects.toMatchObject({ code: 'invalid_input' })
  const whole = zipBytes([{ name: 'cats/a.png', data: noise(3000) }])
  await expect(openZip(await zipFile(whole.subarray(0, whole.length - 30)))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('no readable zip') })
  await expect(openZip(folder)).rejects.toMatchObject({ code: 'invalid_input' })
})
