import { featurePacksInput, type SharedFeaturePack } from '@graft/contracts/shared-features'
import { workerProcedure } from '../trpc.ts'

/** Packs of features that workers have shared, oldest first. Asking counts as a use of the space's packs. */
export const featurePacks = workerProcedure.input(featurePacksInput).query(async ({ ctx: { server }, input: { space, after } }): Promise<SharedFeaturePack[]> => {
  const packs = await server.db.featurePack.findMany({ where: { space, sequence: { gt: after } }, orderBy: { sequence: 'asc' }, select: { sequence: true, sha256: true, images: true } })
  await server.db.$executeRaw`UPDATE "FeaturePack" SET "usedAt" = clock_timestamp() WHERE space = ${space} AND "usedAt" < clock_timestamp() - interval '1 day'`
  return packs.map(({ sequence, sha256, images }) => ({ sequence: Number(sequence), sha256, images: Buffer.from(images).toString('base64') }))
})
