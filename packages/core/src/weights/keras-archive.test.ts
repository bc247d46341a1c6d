import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { strToU8, zipSync } from 'fflate'
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWeightFile } from './open.ts'

let folder: string
const weights = new Uint8Array(readFileSync(new URL('golden/mobilenet.weights.h5', import.meta.url)))
const unpacked = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.startsWith('graft-keras-'))
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-archive-'))
  // A temporary folder of its own: other test files unpack archives at the same time.
  vi.stubEnv('TMPDIR', folder)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

async function archive(name: string, entries: Record<string, Uint8Array>): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, zipSync(entries))
  return path
}

test('the unpacked weights are removed when the file is closed', async () => {
  const before = await unpacked()
  const stored = await openWeightFile(await archive('good.keras', { 'config.json': strToU8('{}'), 'model.weights.h5': weights }))
  expect((await unpacked()).length).toBe(before.length + 1)
  expect(stored.layers[0]?.tensors[0]?.read().length).toBeGreaterThan(0)
  stored.close()
  expect(await unpacked()).toEqual(before)
})

test.each([
  ['a saved PyTorch model', { 'archive/data.pkl': strToU8('\x80\x02}') }, 'unsupported', 'pickle'],
  ['no weights', { 'config.json': strToU8('{}') }, 'unsupported', 'model.weights.h5'],
  ['a Lambda deep inside', { 'config.json': strToU8('{"config":{"layers":[{"config":{"layers":[{"class_name":"Lambda"}]}}]}}'), 'model.weights.h5': weights }, 'unsupported', 'Lambda'],
  ['a serialised function', { 'config.json': strToU8('{"activation":{"class_name":"__lambda__","config":{"value":"4wE="}}}'), 'model.weights.h5': weights }, 'unsupported', 'Lambda'],
  ['a configuration that is none', { 'config.json': strToU8('{"layers":'), 'model.weights.h5': weights }, 'corrupt', 'config.json'],
  ['weights that are none', { 'config.json': strToU8('{}'), 'model.weights.h5': strToU8('nothing') }, 'corrupt', 'damaged'],
])('%s is refused and leaves nothing behind', async (name, entries, code, message) => {
  const before = await unpacked()
  await expect(openWeightFile(await archive(`${name}.keras`, entries))).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string })
  expect(await unpacked()).toEqual(before)
})
