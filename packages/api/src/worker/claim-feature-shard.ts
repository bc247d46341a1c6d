import { claimFeatureShardInput, shardLeaseSeconds, type ClaimFeatureShardOutput } from '@graft/contracts/shared-features'
import { workerProcedure } from '../trpc.ts'

/**
 * Gives a worker the first of some shards of an extraction that no other one is computing, by the database's clock; one that it has
 * already is its own for another minute. A worker that vanished with a shard loses it so.
 */
export const claimFeatureShard = workerProcedure.input(claimFeatureShardInput).mutation(({ ctx: { server }, input: { space, shards, holder } }): Promise<ClaimFeatureShardOutput> =>
  server.db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`features ${space}`}))` // two at once must not be given the same
    await tx.$executeRaw`DELETE FROM "FeatureShard" WHERE space = ${space} AND "leaseUntil" < clock_timestamp()`
    const [taken] = await tx.$queryRaw<{ shard: string }[]>`
      INSERT INTO "FeatureShard" (space, shard, holder, "leaseUntil")
      SELECT ${space}, wanted.shard, ${holder}, clock_timestamp() + make_interval(secs => ${shardLeaseSeconds})
      FROM unnest(${shards}::text[]) WITH ORDINALITY AS wanted(shard, position)
      WHERE NOT EXISTS (SELECT 1 FROM "FeatureShard" other WHERE other.space = ${space} AND other.shard = wanted.shard AND other.holder <> ${holder})
      ORDER BY wanted.position LIMIT 1
      ON CONFLICT (space, shard) DO UPDATE SET "leaseUntil" = excluded."leaseUntil"
      RETURNING shard`
    return { shard: taken?.shard ?? null }
  }),
)
