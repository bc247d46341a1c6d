import { randomUUID } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { GraftError } from '@graft/contracts/errors'
import { sha256Schema } from '@graft/contracts/identifier'
import { writeAtomically, writeFully } from './atomic-file.ts'

/**
 * An immutable file of feature vectors. Layout, little-endian:
 *
 *     8 bytes   "GRAFTFP1"
 *     uint32    length of the header
 *     uint32    CRC-32 of the header
 *     header    JSON: { dimension, images: [SHA-256, ...], secondsEach }
 *     uint32[n] CRC-32 of each vector
 *     float32   n x dimension
 *
 * Each vector has its own checksum, so that a few can be read and checked without the rest.
 */
export const packSuffix = '.features'
const magic = Buffer.from('GRAFTFP1', 'latin1')
const fixedBytes = magic.length + 8
const largestHeaderBytes = 256 * 1024 * 1024
/** Vectors that lie this near to each other are read in one go. */
const coalesceGapBytes = 64 * 1024
const largestReadBytes = 16 * 1024 * 1024

interface PackHeader {
  dimension: number
  images: string[]
  secondsEach: number
}

export interface PackContent {
  dimension: number
  secondsEach: number
  /** The vectors asked for that are in the pack and undamaged. */
  features: Map<string, Float32Array>
}

/** Writes vectors of one length as a new pack; it appears under its name only when whole. @returns where, and how large it is. */
export async function writePack(folder: string, temporaryFolder: string, features: ReadonlyMap<string, Float32Array>, secondsEach: number, signal?: AbortSignal): Promise<{ path: string; bytes: number }> {
  const path = join(folder, `${randomUUID()}${packSuffix}`)
  let bytes = 0
  await writeAtomically(temporaryFolder, async (file) => {
    for (const piece of packPieces(features, secondsEach)) {
      if (signal?.aborted) throw new GraftError('aborted', 'Stopped.', { cause: signal.reason })
      await writeFully(file, piece)
      bytes += piece.byteLength
    }
    return path
  })
  return { path, bytes }
}

/** A pack as one piece of memory: what is shared with other workers. */
export const encodePack = (features: ReadonlyMap<string, Float32Array>, secondsEach: number): Buffer => Buffer.concat([...packPieces(features, secondsEach)])

function* packPieces(features: ReadonlyMap<string, Float32Array>, secondsEach: number): Generator<Buffer> {
  const vectors = [...features.values()]
  const dimension = vectors[0]?.length ?? 0
  if (vectors.some((vector) => vector.length !== dimension)) throw new GraftError('internal', 'Feature vectors of one space must have one length.')
  const header = Buffer.from(JSON.stringify({ dimension, images: [...features.keys()], secondsEach } satisfies PackHeader))
  const start = Buffer.alloc(fixedBytes)
  magic.copy(start)
  start.writeUInt32LE(header.length, magic.length)
  start.writeUInt32LE(crc32(header), magic.length + 4)
  const checksums = Buffer.alloc(vectors.length * 4)
  vectors.forEach((vector, row) => checksums.writeUInt32LE(crc32(bytesOf(vector)), row * 4))
  yield Buffer.concat([start, header, checksums])
  for (const vector of vectors) yield bytesOf(vector)
}

/**
 * The vectors of a pack whose image `wanted` accepts. Null when the pack as a whole is damaged or truncated; single damaged
 * vectors are left out. Fails with ENOENT when it has been merged into another.
 */
export async function readPack(path: string, wanted: (sha256: string) => boolean, signal?: AbortSignal): Promise<PackContent | null> {
  const file = await open(path, 'r')
  try {
    const found = await readHeader(file)
    if (found === null) return null
    const rows = found.header.images.flatMap((sha256, row) => (wanted(sha256) ? [row] : []))
    const features = new Map<string, Float32Array>()
    if (rows.length > 0) await readRows(file, found, rows, features, signal)
    return { dimension: found.header.dimension, secondsEach: found.header.secondsEach, features }
  } finally {
    await file.close()
  }
}

interface FoundHeader {
  header: PackHeader
  /** Where the checksums of the vectors begin. */
  checksumsAt: number
}

async function readHeader(file: FileHandle): Promise<FoundHeader | null> {
  const start = await readExactly(file, 0, fixedBytes)
  if (start === null || !start.subarray(0, magic.length).equals(magic)) return null
  const length = start.readUInt32LE(magic.length)
  if (length > largestHeaderBytes) return null
  const bytes = await readExactly(file, fixedBytes, length)
  if (bytes === null || crc32(bytes) !== start.readUInt32LE(magic.length + 4)) return null
  // The checksum held: it is what writePack wrote.
  const header = JSON.parse(bytes.toString()) as PackHeader
  const checksumsAt = fixedBytes + length
  const expectedBytes = checksumsAt + header.images.length * (4 + header.dimension * 4)
  const { size } = await file.stat()
  return size === expectedBytes && header.images.every((sha256) => sha256Schema.safeParse(sha256).success) ? { header, checksumsAt } : null
}

async function readRows(file: FileHandle, found: FoundHeader, rows: readonly number[], features: Map<string, Float32Array>, signal?: AbortSignal): Promise<void> {
  const { header, checksumsAt } = found
  const rowBytes = header.dimension * 4
  const matrixAt = checksumsAt + header.images.length * 4
  const checksums = await readExactly(file, checksumsAt, header.images.length * 4)
  if (checksums === null) return
  for (const { first, last } of runsOf(rows, rowBytes)) {
    if (signal?.aborted) throw new GraftError('aborted', 'Stopped.', { cause: signal.reason })
    const bytes = await readExactly(file, matrixAt + first * rowBytes, (last - first + 1) * rowBytes)
    if (bytes === null) continue
    for (const row of rows) {
      if (row < first || row > last) continue
      const vector = bytes.subarray((row - first) * rowBytes, (row - first + 1) * rowBytes)
      if (crc32(vector) !== checksums.readUInt32LE(row * 4)) continue
      const values = new Float32Array(header.dimension)
      Buffer.from(values.buffer).set(vector)
      features.set(header.images[row] as string, values)
    }
  }
}

/** Ascending rows as ranges worth one read each. */
function runsOf(rows: readonly number[], rowBytes: number): { first: number; last: number }[] {
  const runs: { first: number; last: number }[] = []
  for (const row of rows) {
    const run = runs.at(-1)
    const near = run !== undefined && (row - run.last - 1) * rowBytes <= coalesceGapBytes && (row - run.first + 1) * rowBytes <= largestReadBytes
    if (near) run.last = row
    else runs.push({ first: row, last: row })
  }
  return runs
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer | null> {
  const buffer = Buffer.allocUnsafe(length)
  let read = 0
  while (read < length) {
    const { bytesRead } = await file.read(buffer, read, length - read, position + read)
    if (bytesRead === 0) return null
    read += bytesRead
  }
  return buffer
}

const bytesOf = (vector: Float32Array): Buffer => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
