import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createLocalBlobStore } from '@graft/storage/local-blob-store'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createBlobCheckpoints } from './blob-checkpoints.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'graft-checkpoints-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

test('what one attempt wrote the next is given; what is gone or damaged is passed over', async () => {
  const blobs = createLocalBlobStore(folder)
  const told: string[] = []
  const first = createBlobCheckpoints(blobs, [], async (sha256) => void told.unshift(sha256))
  for (const text of ['one', 'two', 'three']) await first.write(Buffer.from(text))
  const [three, two, one] = told as [string, string, string]
  await writeFile(await blobs.path(three), 'thr')
  await blobs.delete(two)
  const found: string[] = []
  for await (const bytes of createBlobCheckpoints(blobs, [three, two, one], async () => {}).read()) found.push(Buffer.from(bytes).toString())
  expect(found).toEqual(['one'])
})

test('a refusal ends the attempt: it is stale', async () => {
  const store = createBlobCheckpoints(createLocalBlobStore(folder), [], () => Promise.reject(new Error('stale')))
  await expect(store.write(Buffer.from('one'))).rejects.toThrow('stale')
})
