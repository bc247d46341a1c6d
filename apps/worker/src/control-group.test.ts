import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { memoryBound } from './control-group.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'graft-group-'))))
afterEach(() => rm(folder, { recursive: true }))

async function group(name: string, files: Record<string, string>): Promise<string> {
  const own = path.join(folder, name)
  await mkdir(own)
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(own, file), `${text}\n`)
  return own
}

test('version 2: what the file cache holds is free', async () => {
  expect(memoryBound([await group('bounded', { 'memory.max': '4000', 'memory.current': '3000', 'memory.stat': 'anon 500\ninactive_file 2000\nactive_file 500' })])).toEqual({ limit: 4000, free: 3000 })
})

test('version 1 counts the groups below too', async () => {
  expect(memoryBound([await group('bounded', { 'memory.limit_in_bytes': '4000', 'memory.usage_in_bytes': '3000', 'memory.stat': 'inactive_file 1\ntotal_inactive_file 1000' })])).toEqual({ limit: 4000, free: 2000 })
})

test('the group that leaves least counts; without a bound there is none', async () => {
  const own = await group('own', { 'memory.max': 'max', 'memory.current': '10' })
  const parent = await group('parent', { 'memory.max': '900', 'memory.current': '800' })
  const first = await group('first', { 'memory.limit_in_bytes': '9223372036854771712', 'memory.usage_in_bytes': '800' })
  expect(memoryBound([own, parent, first])).toEqual({ limit: 900, free: 100 })
  expect(memoryBound([own, first])).toBeNull()
  expect(memoryBound([path.join(folder, 'none')])).toBeNull()
})
