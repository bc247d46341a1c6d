import path from 'node:path'
import { catalog } from '@graft/core/weights/catalog'
import { resolveWeights } from '@graft/core/weights/resolve'
import { readEnvironment } from './env.ts'
import { startProgress } from './progress.ts'
import { requireKnown } from './suggest.ts'
import { print } from './terminal.ts'

/** Fetches the weights of a model into this machine's cache, with its hash checked. */
export async function downloadModel(id: string): Promise<void> {
  requireKnown('model', id, catalog.map((entry) => entry.model.id))
  const progress = await startProgress(`download ${id}`)
  try {
    const resolved = await resolveWeights(id, {
      cacheFolder: path.join(readEnvironment().cacheFolder, 'models'),
      onProgress: (bytes, total) => progress.update(total ? bytes / total : null, `${(bytes / 1e6).toFixed(1)} MB`),
    })
    progress.stop()
    print(resolved ? `✓ ${id}: ${resolved.path}` : `${id} is trained from scratch: it has no weights to fetch.`)
  } finally {
    progress.stop()
  }
}
