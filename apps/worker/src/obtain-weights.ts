import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ModelReference } from '@graft/contracts/job'
import type { WeightsInfo } from '@graft/contracts/model'
import { resolveWeights } from '@graft/core/weights/resolve'
import type { JobContext } from './job-context.ts'

/** A weight file on this machine and what it is. */
export interface WeightFile { path: string; info: WeightsInfo }

/**
 * The weight file of a model on this machine: what ships with Graft, else the server's storage, else the catalog's address. A
 * file that the server did not have is uploaded, so that the next worker need not download it. Null: trained from scratch.
 * @throws GraftError `unavailable` with what to place where.
 */
export async function obtainWeights({ model, weights }: ModelReference, context: JobContext): Promise<WeightFile | null> {
  if (!model.pretrained) return null
  const models = path.join(context.cacheFolder, 'models')
  if (weights && (await context.blobs.has(weights.sha256))) return { path: await storedFile(weights, models, context), info: weights }
  const resolved = await resolveWeights(model.id, {
    cacheFolder: models,
    signal: context.signal,
    onProgress: (bytes, total) => context.progress({ stage: 'downloading weights', fraction: total ? bytes / total : null, message: `${model.name}: ${(bytes / 1e6).toFixed(0)} MB` }),
  })
  if (!resolved) return null
  await upload(resolved, context)
  return resolved
}

async function upload({ path: file, info }: WeightFile, { blobs, progress, signal }: JobContext): Promise<void> {
  if (await blobs.has(info.sha256)) return
  progress({ stage: 'storing weights', fraction: null, message: info.source })
  await blobs.write(createReadStream(file), { expectedSha256: info.sha256, signal })
}

/** The blob as a file of its own in the models folder: loaders want a path. */
async function storedFile(weights: WeightsInfo, models: string, { blobs, progress, signal }: JobContext): Promise<string> {
  const file = path.join(models, 'by-content', weights.sha256)
  const there = await stat(file).catch(() => null)
  if (there?.size === weights.bytes) return file
  progress({ stage: 'fetching weights', fraction: null, message: `${(weights.bytes / 1e6).toFixed(0)} MB from the server` })
  await mkdir(path.dirname(file), { recursive: true })
  const part = `${file}.${process.pid}.part`
  try {
    await pipeline(await blobs.stream(weights.sha256), createWriteStream(part), { signal })
    await rename(part, file)
  } finally {
    await rm(part, { force: true })
  }
  return file
}
