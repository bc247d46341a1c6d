import { z } from 'zod'
import { sha256Schema } from './identifier.ts'

// Procedures under `worker.` by which workers share trunk features. A space goes by the SHA-256 of its canonical JSON.

/** Seconds for which a worker has a shard of an extraction without asking for it again; it asks every 5. */
export const shardLeaseSeconds = 20

/** A shard's name: the workers agree on it. */
const shardSchema = z.string().min(1).max(60)
/** The first 8 bytes of the SHA-256 of each image of a pack, one after another, in base64. At most 64 Ki images. */
const imagesSchema = z.base64().max(700_000)

export const featurePacksInput = z.object({
  space: sha256Schema,
  /** Only packs after this one; 0: all. */
  after: z.number().int().nonnegative(),
})
export interface SharedFeaturePack {
  /** Grows with each pack. */
  sequence: number
  sha256: string
  images: string
}
export const addFeaturePackInput = z.object({ space: sha256Schema, sha256: sha256Schema, bytes: z.number().int().positive(), images: imagesSchema })
/** `holder` names the process that asks. */
export const claimFeatureShardInput = z.object({ space: sha256Schema, shards: z.array(shardSchema).min(1).max(20_000), holder: z.string().min(1).max(100) })
/** The first of the shards that nobody else has now. */
export interface ClaimFeatureShardOutput { shard: string | null }
export const releaseFeatureShardInput = z.object({ space: sha256Schema, shard: shardSchema, holder: z.string().min(1).max(100) })
