import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { ModelReference } from '@graft/contracts/job'
import type { WeightsInfo } from '@graft/contracts/model'
import { availability, resolveWeights } from '@graft/core/weights/resolve'
import type { JobContext } from './job-context.ts'

/** A weight file on this machine and what it is. */
export interface WeightFile { path: string; info: WeightsInfo }

type WeightsContext = Pick<JobContext, 'blobs' | 'progress' | 'signal' | 'cacheFolder' | 'cacheBound'>

/**
 * The weight file of a model on this machine: what ships with Graft or lies in the cache, else the server's copy, else the
 * catalog's address. Where the server names a file, it is that one. A file that the server did not have is uploaded, so that
 * the next worker need not download it. Null: trained from scratch.
 * @param includeTop whether a file with its ImageNet classifier is wanted, where the catalog has a choice.
 * @throws GraftError `unavailable` with what to place where.
 */
export async function obtainWeights({ model, weights: named }: ModelReference, context: WeightsContext, includeTop = false): Promise<WeightFile | null> {
  if (!model.pretrained) return null
  const { blobs, progress, signal } = context
  const weights = includeTop && !named?.includeTop ? null : named
  const cacheFolder = path.join(context.cacheFolder, 'models')
  const { state } = await availability(model.id, cacheFolder)
  if (weights && state !== 'downloadable' && state !== 'unavailable') {
    const here = await resolveWeights(model.id, { cacheFolder, signal })
    if (here?.info.sha256 === weights.sha256) return stored(here, context)
  }
  if (weights && (await blobs.has(weights.sha256))) {
    progress({ stage: 'fetching weights', fraction: null, message: `${model.name}: ${(weights.bytes / 1e6).toFixed(1)} MB` })
    return { path: await blobs.path(weights.sha256, signal), info: weights }
  }
  const resolved = await resolveWeights(model.id, {
    cacheFolder,
    includeTop,
    signal,
    onProgress: (bytes, total) => progress({ stage: 'downloading weights', fraction: total ? bytes / total : null, message: `${model.name}: ${(bytes / 1e6).toFixed(1)} MB` }),
  })
  if (resolved !== null && state === 'downloadable') await context.cacheBound.added(resolved.info.bytes, resolved.path)
  return resolved && stored(resolved, context)
}

/** Notes the use, and makes sure that the server has it. */
async function stored(file: WeightFile, { blobs, progress, signal, cacheFolder, cacheBound }: WeightsContext): Promise<WeightFile> {
  // Bundled ones lie elsewhere.
  if (file.path.startsWith(cacheFolder)) await cacheBound.used(file.path)
  if (!(await blobs.has(file.info.sha256))) {
    progress({ stage: 'storing weights', fraction: null, message: file.info.source })
    await blobs.write(createReadStream(file.path), { expectedSha256: file.info.sha256, signal })
  }
  return file
}
