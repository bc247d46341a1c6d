import { randomUUID } from 'node:crypto'
import os from 'node:os'
import type { FeatureIndex } from '@graft/storage/shared-features'
import type { WorkerClient } from './worker-client.ts'

/** What the server knows of shared features, by its worker API. */
export function createFeatureIndex(client: WorkerClient): FeatureIndex {
  // For people who look at the table: where it is.
  const holder = `${os.hostname().slice(0, 40)} ${process.pid} ${randomUUID()}`
  const never = new AbortController().signal
  return {
    async packs(space, after, signal = never) {
      const packs = await client.callOnce((server, soon) => server.worker.featurePacks.query({ space, after }, { signal: soon }), signal)
      return packs.map(({ images, ...pack }) => ({ ...pack, images: Buffer.from(images, 'base64') }))
    },
    async add(space, { images, ...pack }, signal = never) {
      await client.callOnce((server, soon) => server.worker.addFeaturePack.mutate({ space, ...pack, images: Buffer.from(images).toString('base64') }, { signal: soon }), signal)
    },
    async claimShard(space, shards, signal = never) {
      const { shard } = await client.callOnce((server, soon) => server.worker.claimFeatureShard.mutate({ space, shards: [...shards], holder }, { signal: soon }), signal)
      return shard
    },
    async releaseShard(space, shard) {
      await client.callOnce((server, soon) => server.worker.releaseFeatureShard.mutate({ space, shard, holder }, { signal: soon }), never)
    },
  }
}
