import { releaseFeatureShardInput } from '@graft/contracts/shared-features'
import { workerProcedure } from '../trpc.ts'

/** A worker is through with a shard, or leaves it to others. */
export const releaseFeatureShard = workerProcedure.input(releaseFeatureShardInput).mutation(async ({ ctx: { server }, input }): Promise<void> => {
  await server.db.featureShard.deleteMany({ where: input })
})
