import { GraftError } from '@graft/contracts/errors'
import type { BlobStore } from '@graft/storage/blob-store'
import type { z } from 'zod'

/** Reads a JSON blob and checks it. @throws GraftError `corrupt` when it is not what it should be. */
export async function readBlobJson<Schema extends z.ZodType>(blobs: BlobStore, sha256: string, schema: Schema, what: string, signal: AbortSignal): Promise<z.infer<Schema>> {
  const bytes = await blobs.read(sha256, signal)
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')))
  } catch (cause) {
    throw new GraftError('corrupt', `The stored ${what} ${sha256.slice(0, 12)} is not valid.`, { hint: 'Import the dataset again.', cause })
  }
}
