import { weightsInfoSchema, type WeightsInfo } from '@graft/contracts/model'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'

/** What stands beside each cached file, in `<file>.info.json`. */
const recordSchema = z.object({
  info: weightsInfoSchema,
  /** True for files that a person added: they go before downloaded ones, the newest first. */
  addedByHand: z.boolean(),
  /** Milliseconds since 1970. */
  at: z.number(),
})
type CacheRecord = z.infer<typeof recordSchema>
export interface CachedFile { readonly path: string; readonly info: WeightsInfo }
const suffix = '.info.json'

/** The folder of one model's weight files: `<cache folder>/<model id>`. */
export function modelFolder(cacheFolder: string, modelId: string): string {
  return join(cacheFolder, modelId)
}

/** Enters a file that lies in the model's folder. The entry is written last, so that a file without one does not count. */
export async function recordCached(path: string, record: CacheRecord): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  await writeFile(temporary, JSON.stringify(record, null, 1))
  await rename(temporary, `${path}${suffix}`)
}

/**
 * Complete weight files of a model, best first: what a person added (newest first), then downloads. With `includeTop` those
 * with a top go before all others; without it a downloaded one without top goes before one with. Files whose size is not the recorded one are passed over as damaged.
 */
export async function cachedFiles(cacheFolder: string, modelId: string, includeTop: boolean): Promise<CachedFile[]> {
  const folder = modelFolder(cacheFolder, modelId)
  const names = await readdir(folder).catch(() => [])
  const found: (CachedFile & CacheRecord)[] = []
  for (const name of names.filter((candidate) => candidate.endsWith(suffix))) {
    const path = join(folder, name.slice(0, -suffix.length))
    const record = await readRecord(join(folder, name))
    const size = (await stat(path).catch(() => null))?.size
    if (record !== null && size === record.info.bytes) found.push({ path, ...record })
  }
  const rank = ({ info, addedByHand }: CacheRecord): number => {
    if (includeTop && !info.includeTop) return 3
    if (addedByHand) return 0
    return info.includeTop && !includeTop ? 2 : 1
  }
  return found.toSorted((a, b) => rank(a) - rank(b) || b.at - a.at).map(({ path, info }) => ({ path, info }))
}

async function readRecord(path: string): Promise<CacheRecord | null> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return null
  }
}

export async function ensureModelFolder(cacheFolder: string, modelId: string): Promise<string> {
  const folder = modelFolder(cacheFolder, modelId)
  await mkdir(folder, { recursive: true })
  return folder
}

/** Removes a recorded file whose size is not what was recorded (cut off, overwritten), with its record. */
export async function discardDamaged(path: string): Promise<void> {
  const record = await readRecord(`${path}${suffix}`)
  const size = (await stat(path).catch(() => null))?.size
  if (record === null || size === record.info.bytes) return
  await rm(path, { force: true })
  await rm(`${path}${suffix}`, { force: true })
}
