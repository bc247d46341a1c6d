import type { DatasetManifest, ImportIssue, ImportReport, ManifestImage, SplitRule } from '@graft/contracts/dataset'
import { checkClasses, smallClassIssues } from './class-counts.ts'
import { decodeFiles, type UsableImage } from './decode-files.ts'
import { createDecodePool } from './decode-pool.ts'
import { findDuplicates } from './duplicates.ts'
import { fingerprintDataset } from './fingerprint.ts'
import type { ImageSource } from './image-source.ts'
import { findNearDuplicates } from './near-duplicates.ts'
import { scanSource } from './scan.ts'
import { splitImages } from './split.ts'
import { type ContentSink, storeImages } from './store-images.ts'
import { createThumbnailSpool } from './thumbnail-spool.ts'

/** `scan` counts no files (total 0); `decode` counts files; `store` counts images that are in `contents`. */
export type ImportStage = 'scan' | 'decode' | 'store'

export interface ImportOptions {
  source: ImageSource
  /** `auto`: split folders when there are any, else 80/10/10. */
  splitRule: SplitRule | 'auto'
  seed: number
  /** Is given the images of the version and their thumbnails, after all checks; without it nothing is stored. */
  contents?: ContentSink
  onProgress?(done: number, total: number, stage: ImportStage): void
  signal?: AbortSignal
}

/**
 * Turns a folder or archive into a dataset version: finds classes, decodes every image in bounded child processes, leaves out
 * what cannot be used (each with its reason in the report), divides into train, validation and test, and names the result by
 * its content. Nothing is stored before all checks are through. The source stays open.
 *
 * @throws GraftError `invalid_input` when no dataset can come of it: no files, no class folders, one class only, a class with
 * fewer than two usable images or none to train on; its `details.issues` say what was wrong with the files. What `signal` was
 * aborted with.
 */
export async function importDataset(options: ImportOptions): Promise<{ manifest: DatasetManifest; report: ImportReport }> {
  const began = performance.now()
  const { source, signal } = options
  options.onProgress?.(0, 0, 'scan')
  const scan = await scanSource(source, signal)
  checkClasses(scan.classes, scan.files.map((file) => file.className), [])
  const pool = createDecodePool()
  const spool = await createThumbnailSpool()
  try {
    const total = scan.files.length
    const decoded = await decodeFiles({ source, files: scan.files, pool, spool, onDecoded: (done) => options.onProgress?.(done, total, 'decode'), ...(signal === undefined ? {} : { signal }) })
    await pool.close()
    const splitRule = options.splitRule === 'auto' ? (scan.hasSplitFolders ? 'folders' : '80/10/10') : options.splitRule
    const version = await makeVersion(decoded.images, scan.classes, splitRule, options.seed, [...scan.issues, ...decoded.issues], signal)
    const { kept, manifest } = version
    if (options.contents !== undefined) {
      await storeImages({ sink: options.contents, source, kept, images: manifest.images, spool, onStored: (done) => options.onProgress?.(done, kept.length, 'store'), ...(signal && { signal }) })
    }
    return {
      manifest,
      report: {
        filesFound: scan.filesFound,
        imagesKept: kept.length,
        seconds: (performance.now() - began) / 1000,
        issues: version.issues,
        notes: [...scan.notes, ...version.notes],
      },
    }
  } finally {
    await pool.close()
    await spool.close()
  }
}

interface Version {
  manifest: DatasetManifest
  /** In the order of the manifest's images. */
  kept: UsableImage[]
  issues: ImportIssue[]
  notes: string[]
}

/** From decoded images to a manifest: duplicates out, split, near duplicates, fingerprint. Images come sorted by path. */
async function makeVersion(images: readonly UsableImage[], classes: string[], splitRule: SplitRule, seed: number, found: ImportIssue[], signal?: AbortSignal): Promise<Version> {
  const candidates = images.map((image) => ({
    path: image.file.path,
    className: image.file.className,
    split: splitRule === 'folders' ? image.file.split : null,
    sha256: image.sha256,
    pixelHash: image.pixelHash,
  }))
  const duplicates = findDuplicates(candidates)
  const issues = [...found, ...duplicates.issues]
  const kept = images.filter((image) => !duplicates.excluded.has(image.file.path))
  checkClasses(classes, kept.map((image) => image.file.className), issues)
  const classIndexOf = new Map(classes.map((name, index) => [name, index]))
  const divided = splitImages(
    kept.map((image) => ({ classIndex: classIndexOf.get(image.file.className)!, sha256: image.sha256, pixelHash: image.pixelHash, folder: image.file.split })),
    splitRule,
    seed,
  )
  const manifestImages = kept.map((image, index) => manifestImage(image, classIndexOf.get(image.file.className)!, divided.splits[index]!))
  issues.push(...smallClassIssues(classes, manifestImages, issues))
  issues.push(
    ...(await findNearDuplicates(
      kept.map((image, index) => ({ path: image.file.path, className: image.file.className, split: divided.splits[index]!, pixelHash: image.pixelHash, perceptualHash: image.perceptualHash })),
      signal,
    )),
  )
  const manifest = { fingerprint: fingerprintDataset(classes, manifestImages), classes, splitRule, seed, images: manifestImages }
  return { manifest, kept, issues, notes: divided.notes }
}

function manifestImage(image: UsableImage, classIndex: number, split: ManifestImage['split']): ManifestImage {
  const { sha256, width, height, bytes, perceptualHash } = image
  return { sha256, path: image.file.path, classIndex, split, width, height, bytes, perceptualHash, thumbnail: image.thumbnail.sha256 }
}
