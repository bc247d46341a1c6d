import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync, renameSync } from 'node:fs'
import { canonicalJson } from '@graft/contracts/recipe'
import type { FeatureStore } from '@graft/contracts/feature-store'
const folder = '/tmp/study/features'
mkdirSync(folder, { recursive: true })
export function diskStore(): FeatureStore {
  const held = new Map<string, Map<string, Float32Array>>()
  const file = (key: string) => `${folder}/${createHash('sha256').update(key).digest('hex').slice(0, 24)}`
  const load = (key: string) => {
    let m = held.get(key)
    if (!m) {
      m = new Map(); held.set(key, m)
      if (existsSync(file(key) + '.json')) {
        const names = JSON.parse(readFileSync(file(key) + '.json', 'utf8')) as string[]
        const bytes = readFileSync(file(key) + '.bin'); const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
        const d = all.length / names.length
        names.forEach((n, i) => m!.set(n, all.slice(i * d, (i + 1) * d)))
      }
    }
    return m
  }
  return {
    async read(space, images) { const m = load(canonicalJson(space)); return { features: new Map(images.filter((i) => m.has(i)).map((i) => [i, m.get(i)!])), secondsEach: 0.1 } },
    async write(space, features) {
      const key = canonicalJson(space); const m = load(key)
      for (const [k, v] of features) m.set(k, v)
      const d = m.values().next().value!.length; const all = new Float32Array(m.size * d); let i = 0
      for (const v of m.values()) all.set(v, d * i++)
      writeFileSync(file(key) + '.bin.t', new Uint8Array(all.buffer)); renameSync(file(key) + '.bin.t', file(key) + '.bin')
      writeFileSync(file(key) + '.json', JSON.stringify([...m.keys()]))
    },
  }
}
