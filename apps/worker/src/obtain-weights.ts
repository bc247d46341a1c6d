import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { ModelReference } from '@graft/contracts/job'
import type { WeightsInfo } from '@graft/contracts/model'
import { resolveWeights } from '@graft/core/weights/resolve'
import type { JobContext } from './job-context.ts'

/** A weight file on this machine and what it is. */
export interface WeightFile { path: string; info: WeightsInfo }

/**
 * The weight file of a model on this machine: from the server's storage where it is registered there, else what ships with
 * Graft or lies at the catalog's address. A file that the server did not have is uploaded, so that the next worker need not
 * download it. Null: trained from scratch.
 * @throws GraftError `unavailable` with what to place where.
 */
export async function obtainWeights({ model, weights }: ModelReference, { blobs, cacheFolder, progress, signal }: JobContext): Promise<WeightFile | null> {
  if (!model.pretrained) return null
  if (weights && (await blobs.has(weights.sha256))) {
    progress({ stage: 'fetching weights', fraction: null, message: `${model.name}: ${(weights.bytes / 1e6).toFixed(1)} MB` })
    return { path: await blobs.path(weights.sha256, signal), info: weights }
  }
  const resolved = await resolveWeights(model.id, {
    cacheFolder: path.join(cacheFolder, 'models'),
    signal,
    onProgress: (bytes, total) => progress({ stage: 'downloading weights', fraction: total ? bytes / total : null, message: `${model.name}: ${(bytes / 1e6).toFixed(1)} MB` }),
  })
  if (!resolved) return null
  if (!(await blobs.has(resolved.info.sha256))) {
    progress({ stage: 'storing weights', fraction: null, message: resolved.info.source })
    await blobs.write(createReadStream(resolved.path), { expectedSha256: resolved.info.sha256, signal })
  }
  return resolved
}
