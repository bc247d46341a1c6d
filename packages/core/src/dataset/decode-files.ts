import { createHash } from 'node:crypto'
import type { ImportIssue } from '@graft/contracts/dataset'
import { isGraftError } from '@graft/contracts/errors'
import { forEachInLanes } from '../image/for-each-in-lanes.ts'
import type { DecodedImage, DecodeFailure } from './decoded-image.ts'
import { type DecodePool } from './decode-pool.ts'
import { type ImageSource, maximumFileBytes } from './image-source.ts'
import type { PlacedFile } from './scan.ts'
import type { ThumbnailSpool } from './thumbnail-spool.ts'

/** A file that turned out to be a usable image. */
export interface UsableImage extends Omit<DecodedImage, 'thumbnail'> {
  file: PlacedFile
  sha256: string
  bytes: number
  thumbnail: { sha256: string; offset: number; length: number }
}

export interface DecodeFilesOptions {
  source: ImageSource
  files: readonly PlacedFile[]
  pool: DecodePool
  spool: ThumbnailSpool
  onDecoded(done: number): void
  signal?: AbortSignal
}

/** One more than the pool has children, so that the next file is read while both decode. */
const filesAtOnce = 3

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Reads and decodes every file. Both lists come in the order of `files`; what cannot be used becomes an issue. */
export async function decodeFiles(options: DecodeFilesOptions): Promise<{ images: UsableImage[]; issues: ImportIssue[] }> {
  const outcomes: (UsableImage | DecodeFailure)[] = []
  let done = 0
  await forEachInLanes(options.files, filesAtOnce, async (file, index) => {
    options.signal?.throwIfAborted()
    outcomes[index] = await decodeFile(file, options)
    options.onDecoded(++done)
  })
  const images: UsableImage[] = []
  const issues: ImportIssue[] = []
  outcomes.forEach((outcome, index) => {
    if ('kind' in outcome) issues.push({ kind: outcome.kind, path: options.files[index]!.path, reason: outcome.reason, related: [] })
    else images.push(outcome)
  })
  return { images, issues }
}

async function decodeFile(file: PlacedFile, options: DecodeFilesOptions): Promise<UsableImage | DecodeFailure> {
  if (file.path.length > 1024) return { kind: 'corrupt', reason: 'Its path has more than 1024 characters.' }
  if (file.bytes > maximumFileBytes) return { kind: 'too-large', reason: `The file has more than ${maximumFileBytes / 1024 ** 2} MiB.` }
  let bytes: Uint8Array
  try {
    bytes = await options.source.read(file.path, options.signal)
  } catch (error) {
    if (!isGraftError(error)) throw error
    if (error.code === 'too_large') return { kind: 'too-large', reason: error.message }
    if (error.code === 'corrupt') return { kind: 'corrupt', reason: error.message }
    throw error
  }
  const outcome = await options.pool.decode(bytes, options.signal)
  if ('failure' in outcome) return outcome.failure
  const { thumbnail, ...measured } = outcome.image
  const place = await options.spool.write(thumbnail)
  return { ...measured, file, sha256: sha256Of(bytes), bytes: bytes.length, thumbnail: { sha256: sha256Of(thumbnail), ...place } }
}
