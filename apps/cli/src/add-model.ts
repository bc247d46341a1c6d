import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import type { Command } from 'commander'
import { GraftError } from '@graft/contracts/errors'
import { addWeightFile } from '@graft/core/weights/resolve'
import { readEnvironment } from './env.ts'
import { startProgress } from './progress.ts'
import { connect } from './server-client.ts'
import { print } from './terminal.ts'

/** Checks a weight file here (which model, do all shapes fit), keeps it in the cache and uploads it to the server. */
export async function addModel(file: string, options: { local?: boolean }, command: Command): Promise<void> {
  const there = await stat(file).catch(() => null)
  if (!there?.isFile()) throw new GraftError('not_found', `There is no weight file ${file}.`, { hint: 'Give the path of a .h5, .weights.h5, .keras or .safetensors file.' })
  const client = options.local ? null : connect(command)
  const added = await addWeightFile(file, { cacheFolder: path.join(readEnvironment().cacheFolder, 'models') })
  if (client) {
    const progress = await startProgress(`upload ${added.modelId}`)
    try {
      progress.update(0, `${(added.info.bytes / 1e6).toFixed(1)} MB`)
      await client.request('/api/uploads/blob', { method: 'POST', body: Readable.toWeb(createReadStream(added.path)) as ReadableStream<Uint8Array>, duplex: 'half', headers: { 'content-type': 'application/octet-stream' } })
    } finally {
      progress.stop()
    }
    await client.call((api) => api.model.registerWeights.mutate({ modelId: added.modelId, weights: added.info }))
  }
  print(`✓ ${path.basename(file)} holds weights of ${added.modelId} (${added.info.format}, ${added.info.includeTop ? 'with' : 'without'} its classifier); ${client ? `${client.address} has them now` : 'kept in the cache of this machine'}.`)
}
