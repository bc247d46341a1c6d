import { rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { GraftError, isGraftError } from '@graft/contracts/errors'
import type { FeatureSpace } from '@graft/contracts/feature-store'
import { createDecodePool } from '@graft/core/dataset/decode-pool'
import { sha256Of } from '@graft/core/dataset/decode-files'
import { openFolder } from '@graft/core/dataset/folder-source'
import type { ImageSource } from '@graft/core/dataset/image-source'
import { extractFeatures } from '@graft/core/features/extract'
import { forEachInLanes } from '@graft/core/image/for-each-in-lanes'
import { layerShapes } from '@graft/core/network/shapes'
import { openRuntime } from '@graft/core/runtime/open-runtime'
import { buildTrunk, featureSpace, loadTrunk, requireWeightFile } from '@graft/core/trial/trunk'
import { createFeatureCache } from '@graft/storage/feature-cache'
import { readEnvironment } from '../env.ts'
import { startProgress, type Progress } from '../progress.ts'
import { counted, duration, print, printable, remark } from '../terminal.ts'
import { chosenModel, chosenWeights } from './chosen-model.ts'
import { interruptible } from './interruption.ts'
import { numpyFile } from './numpy-file.ts'

export interface WriteFeaturesOptions {
  model: string
  out: string
  device: string
  weights?: string
  layer?: string
  pooling: string
}

interface Listed {
  path: string
  sha256: string
}

/** Files read and decoded side by side. */
const filesAtOnce = 3

/**
 * Writes features as float32 in C order to F.npy, a row an image sorted by path; F.files.txt has the images' paths, a line a row, and
 * F.json says what the numbers are. Files that are no usable images are told on stderr and listed in F.json.
 */
export async function writeFeatures(given: string, options: WriteFeaturesOptions): Promise<void> {
  const model = chosenModel(options.model)
  const pooling = poolingOf(options.pooling)
  const layer = options.layer ?? model.featureLayer
  await requireFolderOf(options.out)
  const { source, only } = await openImages(given)
  const progress = await startProgress('features')
  try {
    await interruptible(async (signal) => {
      const cacheFolder = readEnvironment().cacheFolder
      const runtime = await openRuntime(options.device, { cacheFolder, signal })
      const weightFile = requireWeightFile(model, await chosenWeights(model, options.weights, { cacheFolder, onProgress: (bytes, total) => progress.update(total === null ? null : (0.1 * bytes) / total, 'downloading weights'), signal }))
      const space = spaceAt(() => featureSpace(model, weightFile, layer, pooling), model.id)
      const { images, skipped } = await findImages(source, only, progress, signal)
      const { features, dimension, reuse, seconds } = await extractFeatures({
        runtime,
        space,
        loadTrunk: () => loadTrunk(model, weightFile, layer, signal),
        images,
        read: (image) => source.read(image.path, signal),
        store: createFeatureCache(path.join(cacheFolder, 'features')),
        onProgress: ({ done, total }) => progress.update(0.4 + (0.6 * done) / total, `computing ${done} of ${total} images`),
        signal,
      })
      const whole = layerShapes(buildTrunk(model, weightFile.info, layer)).get(layer) ?? []
      const shape = [images.length, ...(space.pooling === 'none' ? whole : [dimension])]
      const description = { model: model.id, weights: weightFile.info, layer, pooling: space.pooling, preprocessing: model.preprocessing, shape, files: images.map((image) => image.path), skipped }
      const stem = options.out.replace(/\.npy$/i, '')
      await writeWhole(`${stem}.files.txt`, images.map((image) => `${printable(image.path)}\n`).join(''))
      await writeWhole(`${stem}.json`, `${JSON.stringify(description, null, 2)}\n`)
      await writeWhole(options.out, numpyFile(features, shape))
      progress.stop()
      if (reuse.problem !== undefined) remark(reuse.problem)
      const reused = reuse.reused > 0 ? `; ${reuse.reused} from the cache saved ${duration(reuse.secondsSaved)}` : ''
      print(`${counted(images.length, 'image')}, shape ${shape.join(' x ')}, layer ${layer}: decoding ${duration(seconds.decode)}, computing ${duration(seconds.extraction)}${reused}`)
    })
  } finally {
    progress.stop()
    await source.close()
  }
}

function spaceAt(make: () => FeatureSpace, modelId: string): FeatureSpace {
  try {
    return make()
  } catch (error) {
    if (!isGraftError(error) || error.field !== 'layer') throw error
    throw new GraftError(error.code, error.message, { hint: `${error.hint ?? ''} \`graft models show ${modelId}\` lists them all.`.trim(), field: 'layer', cause: error })
  }
}

function poolingOf(given: string): 'average' | 'max' | 'none' {
  if (given === 'average' || given === 'max' || given === 'none') return given
  throw new GraftError('invalid_input', `--pooling: there is no “${given.slice(0, 40)}”.`, { hint: 'Choose average, max or none.', field: '--pooling' })
}

/** Said before the work, not after it. */
async function requireFolderOf(file: string): Promise<void> {
  const folder = await stat(path.dirname(path.resolve(file))).catch(() => null)
  if (!folder?.isDirectory()) throw new GraftError('not_found', `There is no folder ${path.dirname(file)} to write ${path.basename(file)} into.`, { hint: 'Make it, or give another --out.', field: '--out' })
}

/** A folder, or the folder around one image. */
async function openImages(given: string): Promise<{ source: ImageSource; only: string | null }> {
  const found = await stat(given).catch(() => null)
  if (found === null) throw new GraftError('not_found', `There is no file or folder ${given}.`, { hint: 'Check the path.' })
  if (found.isDirectory()) return { source: await openFolder(given), only: null }
  return { source: await openFolder(path.dirname(given)), only: path.basename(given) }
}

async function findImages(source: ImageSource, only: string | null, progress: Progress, signal: AbortSignal): Promise<{ images: Listed[]; skipped: { path: string; reason: string }[] }> {
  const paths = only === null ? await pathsIn(source, signal) : [only]
  const pool = createDecodePool()
  const images: Listed[] = []
  const skipped: { path: string; reason: string }[] = []
  let done = 0
  try {
    await forEachInLanes(paths, filesAtOnce, async (file) => {
      const bytes = await source.read(file, signal)
      const outcome = await pool.decode(bytes, signal)
      if ('failure' in outcome) skipped.push({ path: file, reason: outcome.failure.reason })
      else images.push({ path: file, sha256: sha256Of(bytes) })
      progress.update(0.1 + (0.3 * (done += 1)) / paths.length, 'reading images')
    })
  } finally {
    await pool.close()
  }
  for (const { path: file, reason } of skipped.toSorted(byPath)) remark(`left out: ${printable(file)}: ${printable(reason)}`)
  if (images.length === 0) throw new GraftError('invalid_input', paths.length === 0 ? 'The folder holds no files.' : paths.length === 1 ? `${paths[0]} is no usable image: ${skipped[0]?.reason ?? ''}` : `None of the ${paths.length} files is a usable image.`, { hint: 'Give an image, or a folder with images in it.' })
  return { images: images.toSorted(byPath), skipped: skipped.toSorted(byPath) }
}

const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1)

/** Hidden files and links are passed over. */
async function pathsIn(source: ImageSource, signal: AbortSignal): Promise<string[]> {
  const paths: string[] = []
  for await (const entry of source.entries(signal)) {
    if (entry.link !== true && !entry.path.split('/').some((part) => part.startsWith('.'))) paths.push(entry.path)
  }
  return paths.toSorted()
}

async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`
  try {
    await writeFile(temporary, content)
    await rename(temporary, file)
  } catch (cause) {
    throw new GraftError('invalid_input', `${file} cannot be written (${(cause as NodeJS.ErrnoException).code}).`, { hint: 'Give a file in a folder that exists.', field: '--out', cause })
  } finally {
    await rm(temporary, { force: true })
  }
}
