import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { FeatureSpace, FeatureStore } from '@graft/contracts/feature-store'
import { canonicalJson } from '@graft/contracts/recipe'
import { createMemoryFeatureStore } from '../src/features/testing/memory-feature-store.ts'

/** Features of earlier runs of a benchmark: one file a space, `FOLDER/HASH.json` and `.f32`; for one process at a time. Without a folder they last as long as the process. */
export function createFileFeatureStore(folder: string | undefined): FeatureStore {
  const memory = createMemoryFeatureStore()
  if (folder === undefined) return memory
  const loaded = new Set<string>()
  const fileOf = (space: FeatureSpace): string => path.join(folder, createHash('sha256').update(canonicalJson(space)).digest('hex'))
  const load = async (space: FeatureSpace): Promise<void> => {
    const file = fileOf(space)
    if (loaded.has(file) || !existsSync(`${file}.json`)) return
    loaded.add(file)
    const { images } = JSON.parse(await readFile(`${file}.json`, 'utf8')) as { images: string[] }
    const bytes = await readFile(`${file}.f32`)
    const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
    const dimension = values.length / images.length
    await memory.write(space, new Map(images.map((image, row) => [image, values.subarray(row * dimension, (row + 1) * dimension)])), 0)
  }
  const all = new Map<string, Map<string, Float32Array>>()
  return {
    async read(space, images) {
      await load(space)
      return memory.read(space, images)
    },
    async write(space, features, secondsEach) {
      await load(space)
      await memory.write(space, features, secondsEach)
      const file = fileOf(space)
      const kept = all.get(file) ?? new Map((await memory.read(space, await imagesIn(file))).features)
      for (const [image, vector] of features) kept.set(image, vector)
      all.set(file, kept)
      await mkdir(folder, { recursive: true })
      await writeFile(`${file}.f32.part`, Buffer.concat([...kept.values()].map((vector) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength))))
      await rename(`${file}.f32.part`, `${file}.f32`)
      await writeFile(`${file}.json`, JSON.stringify({ images: [...kept.keys()] }))
    },
  }
}

async function imagesIn(file: string): Promise<string[]> {
  return existsSync(`${file}.json`) ? (JSON.parse(await readFile(`${file}.json`, 'utf8')) as { images: string[] }).images : []
}
