import { splits, type Split, type SplitRule } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'
import type { DatasetDetail } from '@graft/contracts/views'
import type { Database } from '@graft/db/client'
import type { DatasetVersion } from '@graft/db/generated/client'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { findVersion } from './find-version.ts'
import { sampleImages, summarizeDataset } from './summarize-dataset.ts'

/** One dataset at a version (its current one unless named): class balance, versions and what its import found. */
export const get = userProcedure.input(z.object({ name: z.string(), version: z.string().optional() })).query(async ({ ctx: { server }, input }): Promise<DatasetDetail> => {
  const { db } = server
  const { datasetId, id: currentId } = await findVersion(db, input.name, 'name')
  const dataset = await db.dataset.findUniqueOrThrow({
    where: { id: datasetId },
    include: { versions: { orderBy: { createdAt: 'desc' } }, _count: { select: { versions: true } } },
  })
  const version = dataset.versions.find((candidate) => (input.version === undefined ? candidate.id === currentId : candidate.fingerprint === input.version))
  if (version === undefined) throw new GraftError('not_found', `“${dataset.name}” has no version ${input.version?.slice(0, 12)}.`, { field: 'version' })
  const samples = await sampleImages(db, [version.id])
  return {
    ...summarizeDataset(dataset, version, samples.get(version.id) ?? []),
    versions: dataset.versions.map((each) => ({ fingerprint: each.fingerprint, images: each.imageCount, splitRule: each.splitRule as SplitRule, seed: each.seed, createdAt: each.createdAt })),
    splitRule: version.splitRule as SplitRule,
    seed: version.seed,
    balance: await classBalance(db, version),
    report: { filesFound: version.filesFound, imagesKept: version.imageCount, seconds: version.importSeconds, issueCounts: await issueCounts(db, version.id), notes: version.importNotes },
  }
})

async function classBalance(db: Database, version: DatasetVersion): Promise<DatasetDetail['balance']> {
  const groups = await db.datasetImage.groupBy({ by: ['classIndex', 'split'], where: { versionId: version.id }, _count: true })
  const count = (classIndex: number, split: Split): number => groups.find((group) => group.classIndex === classIndex && group.split === split)?._count ?? 0
  return version.classes.map((className, classIndex) => ({
    classIndex,
    className,
    bySplit: Object.fromEntries(splits.map((split) => [split, count(classIndex, split)])) as Record<Split, number>,
  }))
}

async function issueCounts(db: Database, versionId: string): Promise<Record<string, number>> {
  const groups = await db.importIssue.groupBy({ by: ['kind'], where: { versionId }, _count: true })
  return Object.fromEntries(groups.map((group) => [group.kind, group._count]))
}
