import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCheckpointFolder } from './checkpoint-folder.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'graft-checkpoint-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

async function texts(): Promise<string[]> {
  const found: string[] = []
  for await (const bytes of createCheckpointFolder(folder).read()) found.push(Buffer.from(bytes).toString())
  return found
}

test('the newest comes first, and only two are kept', async () => {
  expect(await texts()).toEqual([])
  for (const text of ['first', 'second', 'third']) await createCheckpointFolder(folder).write(Buffer.from(text))
  expect(await texts()).toEqual(['third', 'second'])
  expect(await readdir(folder)).toHaveLength(2)
})

test('a truncated one is passed over for the one before', async () => {
  const store = createCheckpointFolder(folder)
  await store.write(Buffer.from('first'))
  await store.write(Buffer.from('second'))
  const newest = (await readdir(folder)).toSorted().at(-1)!
  await truncate(join(folder, newest), 3)
  expect(await texts()).toEqual(['first'])
  await store.write(Buffer.from('again'))
  expect((await texts())[0]).toBe('again')
})

test('cleared, nothing is left', async () => {
  const store = createCheckpointFolder(folder)
  await store.write(Buffer.from('first'))
  await store.clear()
  expect(await texts()).toEqual([])
})
