import type { ManifestImage } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'
import { forEachInLanes } from '../image/for-each-in-lanes.ts'
import { sha256Of, type UsableImage } from './decode-files.ts'
import type { ImageSource } from './image-source.ts'
import type { ThumbnailSpool } from './thumbnail-spool.ts'

/** Where the contents of a version go: images and their WebP thumbnails, by SHA-256. */
export interface ContentSink {
  /** Those of these contents that it does not hold. */
  missing(sha256s: readonly string[], signal?: AbortSignal): Promise<ReadonlySet<string>>
  writeMany(contents: readonly { sha256: string; bytes: Uint8Array }[], signal?: AbortSignal): Promise<void>
}

export interface StoreImagesOptions {
  sink: ContentSink
  source: ImageSource
  /** In the order of `images`. */
  kept: readonly UsableImage[]
  images: readonly ManifestImage[]
  spool: ThumbnailSpool
  onStored(done: number): void
  signal?: AbortSignal
}

/** What goes to the sink at once. */
const portion = { images: 100, bytes: 8 * 1024 ** 2 }
/** While one portion is on its way, the next is read. */
const portionsAtOnce = 2

/**
 * Gives every image and its thumbnail to the sink, in portions, unless it holds them. Files are read again here: holding all
 * bytes until the split is known would not fit in memory.
 *
 * @throws GraftError `conflict` for a file that changed since it was decoded.
 */
export async function storeImages(options: StoreImagesOptions): Promise<void> {
  const { sink, spool, signal } = options
  const written = new Set<string>()
  let done = 0
  await forEachInLanes(portionsOf(options.images), portionsAtOnce, async ({ start, end }) => {
    signal?.throwIfAborted()
    const kept = options.kept.slice(start, end)
    // Equal thumbnails of different files stand in one portion or in two that run side by side: once is enough.
    const names = kept.flatMap((image) => [image.sha256, image.thumbnail.sha256]).filter((name) => !written.has(name))
    for (const name of names) written.add(name)
    const wanted = new Set(await sink.missing([...new Set(names)], signal))
    const contents: { sha256: string; bytes: Uint8Array }[] = []
    const add = async (sha256: string, read: () => Promise<Uint8Array>): Promise<void> => {
      if (wanted.delete(sha256)) contents.push({ sha256, bytes: await read() })
    }
    for (const image of kept) {
      await add(image.sha256, () => readUnchanged(options, image))
      await add(image.thumbnail.sha256, () => spool.read(image.thumbnail))
    }
    if (contents.length > 0) await sink.writeMany(contents, signal)
    options.onStored((done += kept.length))
  })
}

/** Runs of images that are a portion together; one that is larger by itself is one alone. */
function portionsOf(images: readonly ManifestImage[]): { start: number; end: number }[] {
  const portions: { start: number; end: number }[] = []
  let bytes = 0
  images.forEach((image, index) => {
    const last = portions.at(-1)
    bytes += image.bytes
    if (last !== undefined && last.end - last.start < portion.images && bytes <= portion.bytes) {
      last.end = index + 1
      return
    }
    portions.push({ start: index, end: index + 1 })
    bytes = image.bytes
  })
  return portions
}

async function readUnchanged({ source, signal }: StoreImagesOptions, image: UsableImage): Promise<Uint8Array> {
  const bytes = await source.read(image.file.path, signal)
  if (sha256Of(bytes) !== image.sha256) {
    throw new GraftError('conflict', `"${image.file.path}" changed while it was imported.`, { hint: 'Import again when nothing writes to the folder.' })
  }
  return bytes
}
