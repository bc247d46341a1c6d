import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFolder } from './folder-source.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-folder-test-'))
  await mkdir(join(folder, 'set/cats'), { recursive: true })
  await mkdir(join(folder, 'set/owls'))
  await writeFile(join(folder, 'set/cats/a.jpg'), 'cat')
  await writeFile(join(folder, 'secret.txt'), 'not part of it')
  await symlink(join(folder, 'secret.txt'), join(folder, 'set/cats/link.jpg'))
  await symlink(folder, join(folder, 'set/up'))
  await symlink(join(folder, 'set'), join(folder, 'linked set'))
})
afterAll(() => rm(folder, { recursive: true }))

test('lists files with their sizes; links are marked and never followed', async () => {
  const source = await openFolder(join(folder, 'set'))
  const entries = []
  for await (const entry of source.entries()) entries.push(entry)
  expect(entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { path: 'cats/a.jpg', bytes: 3 },
    { path: 'cats/link.jpg', bytes: 0, link: true },
    { path: 'owls/', bytes: 0, emptyFolder: true },
    { path: 'up', bytes: 0, link: true },
  ])
  expect(Buffer.from(await source.read('cats/a.jpg')).toString()).toBe('cat')
  await expect(source.read('cats/link.jpg')).rejects.toMatchObject({ code: 'corrupt' })
  await expect(source.read('cats/gone.jpg')).rejects.toMatchObject({ code: 'corrupt' })
})

test('the folder that is named may itself be a link', async () => {
  const source = await openFolder(join(folder, 'linked set'))
  expect(Buffer.from(await source.read('cats/a.jpg')).toString()).toBe('cat')
})

test('a missing folder and a file are clear errors', async () => {
  await expect(openFolder(join(folder, 'none'))).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('There is no folder at'), hint: expect.any(String) })
  await expect(openFolder(join(folder, 'secret.txt'))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('is a file, not a folder'), hint: expect.any(String) })
})
