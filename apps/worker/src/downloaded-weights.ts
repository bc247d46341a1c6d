import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { CachePart } from '@graft/storage/cache-bound'

const suffix = '.info.json'
/** What of a weight file's record matters here; the rest is core's. */
const recordSchema = z.object({ addedByHand: z.boolean() })

/** Weight files that can be fetched again, for the bound of the cache: those that a person added stay until a person takes them away. */
export const downloadedWeights =
  (folder: string): CachePart =>
  async () => {
    const names = await readdir(folder, { recursive: true }).catch(() => [])
    const found = await Promise.all(
      names
        .filter((name) => name.endsWith(suffix))
        .map(async (name) => {
          const record = path.join(folder, name)
          const file = record.slice(0, -suffix.length)
          const [known, size] = await Promise.all([readFile(record, 'utf8').catch(() => '{}'), stat(file).catch(() => null)])
          const parsed = recordSchema.safeParse(parseJson(known))
          return parsed.success && !parsed.data.addedByHand && size !== null ? [{ path: file, bytes: size.size, usedAt: size.mtimeMs, record }] : []
        }),
    )
    return found.flat()
  }

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
