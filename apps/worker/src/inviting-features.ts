import { splits, type DatasetManifest } from '@graft/contracts/dataset'
import type { Extraction } from '@graft/contracts/extraction'
import type { ExtractionPortion, FeatureSpace, FeatureStore } from '@graft/contracts/feature-store'
import { featureSpaceKey } from '@graft/storage/feature-cache'

/** A trial's features, told so that other workers take part in what is large. `invite`: see `JobContext`. */
export function inviting(features: FeatureStore, manifest: DatasetManifest, invite: (extraction: Extraction, shardsLeft: number) => void): FeatureStore {
  const { divide } = features
  if (divide === undefined) return features
  async function* dividing(space: FeatureSpace, images: readonly string[], missing: readonly string[], signal?: AbortSignal): AsyncGenerator<ExtractionPortion> {
    let extraction: Extraction | null = null
    try {
      for await (const portion of divide!(space, images, missing, signal)) {
        if (portion.shards !== undefined) extraction ??= describe(space, images, manifest, portion.shards.all)
        if (extraction !== null) invite(extraction, portion.shards!.left)
        yield portion
      }
    } finally {
      if (extraction !== null) invite(extraction, 0)
    }
  }
  return { ...features, divide: dividing }
}

/** Null where others could not tell its images: they are not those of whole splits. */
function describe(space: FeatureSpace, images: readonly string[], manifest: DatasetManifest, shards: number): Extraction | null {
  const all = new Set(images)
  const whole = splits.filter((split) => manifest.images.some((image) => image.split === split) && manifest.images.every((image) => image.split !== split || all.has(image.sha256)))
  const named = new Set(manifest.images.filter(({ split }) => whole.includes(split)).map(({ sha256 }) => sha256))
  if (named.size !== all.size) return null
  const { layer, pooling, view } = space
  return { space: featureSpaceKey(space), layer, pooling, ...(view && { view }), splits: whole, shards }
}
