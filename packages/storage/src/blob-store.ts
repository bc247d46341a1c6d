import type { Readable } from 'node:stream'
import { GraftError } from '@graft/contracts/errors'
import { sha256Schema } from '@graft/contracts/identifier'

/** What a write may take and what it must match. */
export interface BlobWriteOptions {
  /** The SHA-256 that the content must have; another is a `mismatch`, and nothing is kept. */
  expectedSha256?: string
  /** Largest content accepted; one byte more is `too_large`, and nothing is kept. */
  maxBytes?: number
  signal?: AbortSignal
}

export interface BlobWritten {
  sha256: string
  bytes: number
  /** Whether the store held it before. */
  existed: boolean
}

/**
 * Contents by their SHA-256: immutable, so that a name always means the same bytes. Every implementation checks the hash when it
 * writes and when it reads. A missing content is `not_found`, a damaged one `corrupt`, a fired signal `aborted`.
 */
export interface BlobStore {
  has(sha256: string): Promise<boolean>
  /** Bytes, or null where it is not held. */
  size(sha256: string): Promise<number | null>
  /** The whole content. */
  read(sha256: string, signal?: AbortSignal): Promise<Buffer>
  /** The content as a stream. Damage can only be known at its end: the stream then fails with `corrupt` instead of ending. */
  stream(sha256: string): Promise<Readable>
  /** Path of a local file with the content, for readers that want a file. Not to be written to; a cache may drop it later. */
  path(sha256: string, signal?: AbortSignal): Promise<string>
  write(data: Uint8Array | AsyncIterable<Uint8Array>, options?: BlobWriteOptions): Promise<BlobWritten>
  /** Those of these contents that are not held: one question for many. */
  missing(sha256s: readonly string[], signal?: AbortSignal): Promise<Set<string>>
  /** Writes many contents. After a failure some of them may be there: all of them may be written again. */
  writeMany(contents: readonly NamedContent[], signal?: AbortSignal): Promise<void>
}

/** A content in memory with the hash that it must have. */
export interface NamedContent { sha256: string; bytes: Uint8Array }

/** A store that contents can be taken out of again: the server's own. Workers hold copies and may take nothing out. */
export interface OwnedBlobStore extends BlobStore {
  /** Removes a content, and a damaged copy set aside. One that is not there is fine. Whether anything still names it is the caller's to know. */
  delete(sha256: string): Promise<void>
}

/** Refuses anything that is not a SHA-256 before it gets near a path or an address. */
export function assertSha256(value: string): void {
  if (!sha256Schema.safeParse(value).success) {
    throw new GraftError('invalid_input', `"${value.slice(0, 80)}" is not the name of a stored content.`, { hint: 'A SHA-256 in 64 lower-case hexadecimal digits is expected.', field: 'sha256' })
  }
}

export function blobNotFound(sha256: string): GraftError {
  return new GraftError('not_found', `No content ${sha256} in the storage.`, { hint: 'It was never uploaded, or was removed from the storage folder.', details: { sha256 } })
}

export function blobCorrupt(sha256: string): GraftError {
  return new GraftError('corrupt', `Content ${sha256} is damaged: its bytes no longer have that hash.`, { hint: 'The file was set aside; upload or import it again. If it happens again, check the disk.', details: { sha256 } })
}

export function aborted(signal: AbortSignal): GraftError {
  return new GraftError('aborted', 'Stopped.', { cause: signal.reason })
}
