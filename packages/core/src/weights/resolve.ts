import { GraftError, isGraftError } from '@graft/contracts/errors'
import type { Availability, WeightsInfo } from '@graft/contracts/model'
import { copyFile, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cachedFiles, discardDamaged, ensureModelFolder, modelFolder, recordCached, type CachedFile } from './cached-weights.ts'
import { fileOf, findModel, officialFormat, type CatalogEntry, type WeightSource } from './catalog.ts'
import { downloadFile } from './download.ts'
import { withFileLock } from './file-lock.ts'
import { hashFile } from './hash-file.ts'
import { checkWeightFile, identifyWeightFile } from './identify.ts'
import { convertPackagedModel, packagedModelFolder } from './packaged-model.ts'

export interface ResolveOptions {
  /** The folder of weight files: one folder a model inside. Shared by processes. */
  readonly cacheFolder: string
  readonly signal?: AbortSignal | undefined
  /** Bytes so far and in all (null while unknown). */
  readonly onProgress?: ((bytes: number, total: number | null) => void) | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Prefer a file with its top (for the quick check), where there is a choice. Default false. */
  readonly includeTop?: boolean | undefined
}

/**
 * The weight file of a catalog model on this machine: bundled, cached, or fetched now. Null for a model that is trained from scratch.
 * Throws `not_found` for an unknown model, `unavailable` with what to place where when there is no connection.
 */
export async function resolveWeights(modelId: string, options: ResolveOptions): Promise<CachedFile | null> {
  const entry = findModel(modelId)
  const { weights } = entry
  if (weights === null) return null
  if (weights.kind === 'bundled') return bundled(weights)
  const [cached] = await cachedFiles(options.cacheFolder, modelId, options.includeTop ?? false)
  const topIsMissing = options.includeTop === true && cached?.info.includeTop === false && weights.kind === 'download' && fileOf(weights, true).includeTop
  if (cached !== undefined && !topIsMissing) return cached
  if (weights.kind === 'package') return convertIntoCache(entry, weights, options)
  return download(entry, weights, options)
}

function bundled(weights: Extract<WeightSource, { kind: 'bundled' }>): CachedFile {
  const { fileName, kind: _kind, ...info } = weights
  return { path: bundledPath(fileName), info: { ...info, format: 'graft' } }
}

function bundledPath(fileName: string): string {
  return fileURLToPath(new URL(`../../bundled/${fileName}`, import.meta.url))
}

async function download(entry: CatalogEntry, weights: Extract<WeightSource, { kind: 'download' }>, options: ResolveOptions): Promise<CachedFile> {
  const { id } = entry.model
  const file = fileOf(weights, options.includeTop ?? false)
  const folder = await ensureModelFolder(options.cacheFolder, id)
  const name = basename(new URL(file.url).pathname)
  const path = join(folder, name)
  await discardDamaged(path)
  try {
    const { sha256, bytes } = await downloadFile({
      url: file.url,
      target: path,
      hash: file.hash,
      bytes: file.bytes,
      ...(options.onProgress && { onProgress: options.onProgress }),
      ...(options.signal && { signal: options.signal }),
      ...(options.fetch && { fetch: options.fetch }),
    })
    if (file.hash === null) await checkUnhashed(path, entry, file.url, options.signal)
    const info: WeightsInfo = { sha256, bytes, format: officialFormat, includeTop: file.includeTop, source: file.url, licence: weights.licence, trainedOn: weights.trainedOn }
    await recordCached(path, { info, addedByHand: false, at: Date.now() })
    return { path, info }
  } catch (cause) {
    if (!isGraftError(cause) || cause.code !== 'unavailable') throw cause
    throw new GraftError('unavailable', `The weights of ${entry.model.name} are not here, and ${cause.message}`, {
      hint: `${placement(id, name, options.cacheFolder)} Or use mobilenet-v2, which ships with Graft.`,
      field: 'model',
      cause,
    })
  }
}

/** No hash is published: at least its layers and shapes must be the model's (a proxy's page in its place is not). */
async function checkUnhashed(path: string, entry: CatalogEntry, url: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await checkWeightFile(path, entry.model, signal)
  } catch (cause) {
    if (!isGraftError(cause)) throw cause
    await rm(path, { force: true })
    throw new GraftError('mismatch', `What ${url} sends are no weights of ${entry.model.name}. It was thrown away. ${cause.message}`, {
      hint: 'A proxy may have sent something else. Get the file elsewhere and run: graft models add FILE',
      cause,
    })
  }
}

/** What a person without a connection does. */
function placement(modelId: string, fileName: string, cacheFolder: string): string {
  return `Get ${fileName} on another machine and run "graft models add ${fileName}" (it goes to ${modelFolder(cacheFolder, modelId)}).`
}

async function convertIntoCache(entry: CatalogEntry, weights: Extract<WeightSource, { kind: 'package' }>, options: ResolveOptions): Promise<CachedFile> {
  const { id } = entry.model
  const path = join(await ensureModelFolder(options.cacheFolder, id), `${id}.graft-weights`)
  return withFileLock(`${path}.lock`, options.signal, async () => {
    const [done] = await cachedFiles(options.cacheFolder, id, false)
    if (done !== undefined) return done
    await convertPackagedModel(entry.model, weights, path, options.signal)
    const { sha256, bytes } = await hashFile(path, options.signal)
    const info: WeightsInfo = { sha256, bytes, format: 'graft', includeTop: false, source: entry.model.source ?? weights.package, licence: weights.licence, trainedOn: weights.trainedOn }
    await recordCached(path, { info, addedByHand: false, at: Date.now() })
    return { path, info }
  })
}

/**
 * Takes a weight file that a person has into the cache (`graft models add`): finds by hash or by layers and shapes which catalog model
 * it fits. With `modelId` it must fit that one. Throws `mismatch` where it fits none, and what reading it throws.
 */
export async function addWeightFile(
  path: string,
  options: { cacheFolder: string; modelId?: string | undefined; signal?: AbortSignal | undefined },
): Promise<{ modelId: string; path: string; info: WeightsInfo }> {
  const { modelId, info } = await identifyWeightFile(path, options)
  const folder = await ensureModelFolder(options.cacheFolder, modelId)
  const target = join(folder, `${info.sha256.slice(0, 12)}-${basename(path)}`)
  const temporary = `${target}.${process.pid}.tmp`
  try {
    await copyFile(path, temporary)
    await rename(temporary, target)
  } finally {
    await rm(temporary, { force: true })
  }
  await recordCached(target, { info, addedByHand: true, at: Date.now() })
  return { modelId, path: target, info }
}

/** Whether a model's weights are at hand on this machine, and if not, why and what to do. Makes no connection. */
export async function availability(modelId: string, cacheFolder: string): Promise<Availability> {
  const { weights } = findModel(modelId)
  if (weights === null) return { state: 'from-scratch', reason: null }
  if (weights.kind === 'bundled') {
    const there = await stat(bundledPath(weights.fileName)).catch(() => null)
    return there === null ? { state: 'unavailable', reason: `${weights.fileName} is missing from packages/core/bundled: check it out again.` } : { state: 'bundled', reason: null }
  }
  if ((await cachedFiles(cacheFolder, modelId, false)).length > 0) return { state: 'cached', reason: null }
  if (weights.kind === 'package') {
    const folder = packagedModelFolder(weights)
    return folder === null ? { state: 'unavailable', reason: `The npm package ${weights.package} is not installed: run npm start again.` } : { state: 'bundled', reason: `Inside the npm package ${weights.package}.` }
  }
  const { url, bytes } = weights.file
  const size = bytes === null ? '' : ` (${Math.round(bytes / 1e6)} MB)`
  return { state: 'downloadable', reason: `Fetched from ${new URL(url).host} on first use${size}. Without a connection: ${placement(modelId, basename(new URL(url).pathname), cacheFolder)}` }
}
