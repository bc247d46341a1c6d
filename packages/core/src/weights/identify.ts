import { GraftError, isGraftError } from '@graft/contracts/errors'
import type { ModelDescription, WeightsInfo } from '@graft/contracts/model'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { buildNetwork } from '../network/build.ts'
import { catalog, findModel, type CatalogEntry } from './catalog.ts'
import { hashFile } from './hash-file.ts'
import { planWeights } from './match.ts'
import { officialFiles, type CatalogFile } from './official-files.ts'
import { openWeightFile } from './open.ts'
import type { StoredWeights } from './stored-weights.ts'

/**
 * Which catalog model a weight file belongs to: by the published hash, else by layers and shapes. A file that is not known by its
 * hash is taken by the word of the person who adds it, and its description says so. Throws `mismatch` where it fits no model.
 */
export async function identifyWeightFile(path: string, options: { modelId?: string | undefined; signal?: AbortSignal | undefined }): Promise<{ modelId: string; info: WeightsInfo }> {
  const wanted = options.modelId === undefined ? null : findModel(options.modelId)
  const information = await stat(path).catch(() => null)
  if (information?.isDirectory() === true) throw new GraftError('unsupported', `${path} is a folder.`, { hint: 'Give one weight file.' })
  const stored = await openWeightFile(path, options.signal)
  try {
    const { sha256, md5, bytes } = await hashFile(path, options.signal)
    const known = knownFile(sha256, md5)
    const entry = known?.entry ?? bestFit(stored, wanted)
    if (known === null || wanted !== null) checkFits(stored, wanted ?? entry)
    const { model, weights } = wanted ?? entry
    const info: WeightsInfo = { sha256, bytes, format: stored.format, includeTop: fitsWith(stored, model, true), ...provenance(path, known, weights) }
    return { modelId: model.id, info }
  } finally {
    stored.close()
  }
}

/** Throws `mismatch`, `corrupt` or `unsupported` where a file does not hold weights of a model. Reads no values. */
export async function checkWeightFile(path: string, model: ModelDescription, signal?: AbortSignal): Promise<void> {
  const stored = await openWeightFile(path, signal)
  try {
    planWeights(stored, networkOf(model, false))
  } finally {
    stored.close()
  }
}

interface KnownFile { entry: CatalogEntry; file: CatalogFile }

/** Every official file that Keras publishes a hash of, also those that Graft itself does not download. */
function knownFile(sha256: string, md5: string): KnownFile | null {
  const file = Object.values(officialFiles).find(({ hash }) => hash !== null && hash.value === (hash.algorithm === 'md5' ? md5 : sha256))
  if (file === undefined) return null
  const entry = catalog.find(({ weights }) => weights?.kind === 'download' && folderOf(weights.file.url) === folderOf(file.url))
  return entry === undefined ? null : { entry, file }
}

function folderOf(url: string): string {
  return url.slice(0, url.lastIndexOf('/'))
}

function provenance(path: string, known: KnownFile | null, weights: CatalogEntry['weights']): Pick<WeightsInfo, 'source' | 'licence' | 'trainedOn'> {
  if (known !== null) return { source: known.file.url, licence: weights?.licence ?? 'not stated', trainedOn: 'ImageNet' }
  return { source: `${basename(path)}, added by hand`, licence: 'not stated: added by hand', trainedOn: 'ImageNet, by the word of the person who added the file' }
}

/** Models that a file can be added to: those with downloads. What ships with Graft stays as it is. */
function candidates(): CatalogEntry[] {
  return catalog.filter(({ weights }) => weights?.kind === 'download')
}

function bestFit(stored: StoredWeights, wanted: CatalogEntry | null): CatalogEntry {
  if (wanted !== null) return wanted
  const found = candidates().find(({ model }) => fitsWith(stored, model, false))
  if (found !== undefined) return found
  throw new GraftError('mismatch', `${stored.source} fits no model of the catalog. It has ${stored.layers.length} layers with weights: ${stored.layers.slice(0, 4).map((layer) => layer.name).join(', ')}, ...`, {
    hint: `Weights can be added for ${candidates().map(({ model }) => model.id).join(', ')}.`,
  })
}

function checkFits(stored: StoredWeights, entry: CatalogEntry): void {
  if (entry.weights?.kind !== 'download') {
    throw new GraftError('invalid_input', `${entry.model.name} takes no weight file: ${entry.weights === null ? 'it is trained from scratch' : 'its weights come with Graft'}.`, { field: 'model' })
  }
  planWeights(stored, networkOf(entry.model, false))
}

function fitsWith(stored: StoredWeights, model: ModelDescription, includeTop: boolean): boolean {
  try {
    planWeights(stored, networkOf(model, includeTop))
    return true
  } catch (cause) {
    if (isGraftError(cause) && cause.code === 'mismatch') return false
    throw cause
  }
}

function networkOf(model: ModelDescription, includeTop: boolean): ReturnType<typeof buildNetwork> {
  return buildNetwork({ architecture: model.architecture, alpha: model.alpha, inputSize: model.preprocessing.inputSize, includeTop })
}
