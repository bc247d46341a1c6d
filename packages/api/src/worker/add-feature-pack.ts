import { GraftError } from '@graft/contracts/errors'
import { addFeaturePackInput } from '@graft/contracts/shared-features'
import type { Transaction } from '@graft/db/client'
import { workerProcedure } from '../trpc.ts'

/** Bytes that shared features take in the storage; what was used longest ago goes first. */
const largestShared = 50_000_000_000n

/** A worker has put features into the storage for the others. */
export const addFeaturePack = workerProcedure.input(addFeaturePackInput).mutation(async ({ ctx: { server }, input: { space, sha256, bytes, images } }): Promise<void> => {
  if (!(await server.blobs.has(sha256))) throw new GraftError('not_found', `The features ${sha256.slice(0, 12)}… are not in the storage.`, { hint: 'Upload them first: PUT /api/blobs/<sha256>.', field: 'sha256' })
  await server.db.$transaction(async (tx) => {
    await tx.featurePack.createMany({ data: [{ space, sha256, bytes, images: Buffer.from(images, 'base64') }], skipDuplicates: true })
    // The same content may have been left over before.
    await tx.leftover.deleteMany({ where: { sha256 } })
    await dropLongUnused(tx)
  })
})

async function dropLongUnused(tx: Transaction): Promise<void> {
  const { _sum } = await tx.featurePack.aggregate({ _sum: { bytes: true } })
  let over = (_sum.bytes ?? 0n) - largestShared
  if (over <= 0n) return
  const oldest = await tx.featurePack.findMany({ orderBy: { usedAt: 'asc' }, take: 1000, select: { sequence: true, sha256: true, bytes: true } })
  const gone = oldest.filter(({ bytes }) => {
    const goes = over > 0n
    over -= bytes
    return goes
  })
  await tx.featurePack.deleteMany({ where: { sequence: { in: gone.map(({ sequence }) => sequence) } } })
  await tx.leftover.createMany({ data: gone.map(({ sha256 }) => ({ sha256 })), skipDuplicates: true })
}
