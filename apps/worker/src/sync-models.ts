import path from 'node:path'
import type { WeightsInfo } from '@graft/contracts/model'
import { catalog, type CatalogEntry } from '@graft/core/weights/catalog'
import { availability } from '@graft/core/weights/resolve'
import type { WorkerClient } from './worker-client.ts'

/** Tells the server which models there are and which of their weights this machine has or can fetch: the server knows none by itself. */
export async function syncModels(client: WorkerClient, cacheFolder: string, signal: AbortSignal): Promise<void> {
  const models = await Promise.all(
    catalog.map(async (entry) => ({
      model: entry.model,
      availability: await availability(entry.model.id, path.join(cacheFolder, 'models')),
      hasTop: hasTop(entry),
      weights: knownWeights(entry),
    })),
  )
  await client.call((server, aborted) => server.model.sync.mutate({ models }, { signal: aborted }), signal)
}

/** Whether weights with the ImageNet classifier can be had. */
function hasTop({ weights }: CatalogEntry): boolean {
  if (weights?.kind === 'bundled') return weights.includeTop
  return weights?.kind === 'download' && (weights.file.includeTop || weights.topFile !== undefined)
}

/** What is known of a weight file without fetching it. */
function knownWeights({ weights }: CatalogEntry): WeightsInfo | null {
  if (weights?.kind !== 'bundled') return null
  const { sha256, bytes, includeTop, source, licence, trainedOn } = weights
  return { sha256, format: 'graft', bytes, includeTop, source, licence, trainedOn }
}
