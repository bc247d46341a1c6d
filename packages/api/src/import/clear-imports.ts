import { isTerminal, jobStates } from '@graft/contracts/trial'
import type { Database, Transaction } from '@graft/db/client'
import type { OwnedBlobStore } from '@graft/storage/blob-store'
import { holdUploadsAlone } from './hold-uploads.ts'

const importsARound = 20
const deletionsAtOnce = 16
const abandonedAfterHours = 24

/**
 * Removes from the storage what ended imports (finished, failed, cancelled, or abandoned while they uploaded) brought and
 * nothing references: archives, files that are no images, uploads that were replaced. So a refused archive leaves nothing behind.
 *
 * Races: a content may be uploaded again while it is removed here. Recording an upload and starting an import take
 * `holdUploads`, this takes it alone; an upload finds out under the lock that its content has gone and is sent again. What
 * a running import has written, but not reported yet, no table knows: while any import waits or runs, nothing is removed.
 *
 * @returns how many contents were removed; 0 also where this is not the moment, the next round tries again.
 */
export async function clearImports(db: Database, blobs: OwnedBlobStore): Promise<number> {
  await cancelAbandoned(db)
  if ((await db.leftover.count()) === 0 && (await findEnded(db)).length === 0) return 0
  return db.$transaction(
    async (tx) => {
      if (!(await holdUploadsAlone(tx))) return 0
      if ((await tx.job.count({ where: { kind: 'import', state: { in: ['queued', 'running', 'paused'] } } })) > 0) return 0
      const ended = await findEnded(tx)
      const ids = ended.map(({ id }) => id)
      const candidates = [...(await uploadsOf(tx, ids)), ...(await tx.leftover.findMany()).map(({ sha256 }) => sha256)]
      const unreferenced = await withoutReference(tx, candidates, ids)
      for (let start = 0; start < unreferenced.length; start += deletionsAtOnce) {
        await Promise.all(unreferenced.slice(start, start + deletionsAtOnce).map((sha256) => blobs.delete(sha256)))
      }
      await tx.leftover.deleteMany()
      await tx.$executeRaw`UPDATE "Import" SET "clearedAt" = clock_timestamp() WHERE id = ANY(${ids}::text[])`
      return unreferenced.length
    },
    { timeout: 300_000 }, // 200,000 files
  )
}

/** An upload that nobody started within a day is given up. */
async function cancelAbandoned(db: Database): Promise<void> {
  await db.$executeRaw`
    UPDATE "Import" SET "cancelledAt" = clock_timestamp()
    WHERE "jobId" IS NULL AND "cancelledAt" IS NULL AND "createdAt" < clock_timestamp() - make_interval(hours => ${abandonedAfterHours}::int)`
}

function findEnded(db: Database | Transaction): Promise<{ id: string }[]> {
  return db.import.findMany({
    where: { clearedAt: null, OR: [{ cancelledAt: { not: null } }, { job: { state: { in: jobStates.filter(isTerminal) } } }] },
    select: { id: true },
    orderBy: { createdAt: 'asc' },
    take: importsARound,
  })
}

/** Archives, files, and the lists of files that workers were given. */
async function uploadsOf(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ sha256: string }[]>`
    SELECT sha256 FROM "ImportFile" WHERE "importId" = ANY(${[...ids]}::text[])
    UNION SELECT "archiveSha256" FROM "Import" WHERE id = ANY(${[...ids]}::text[]) AND "archiveSha256" IS NOT NULL
    UNION SELECT job.payload->'source'->>'sha256' FROM "Import" import JOIN "Job" job ON job.id = import."jobId" WHERE import.id = ANY(${[...ids]}::text[])`
  return rows.map(({ sha256 }) => sha256)
}

/** Those of the contents that no row names; a row of an import in `cleared` does not count, nor of one cleared before. */
async function withoutReference(tx: Transaction, sha256s: readonly string[], cleared: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ sha256: string }[]>`
    SELECT DISTINCT sha256 FROM unnest(${[...sha256s]}::text[]) AS candidate(sha256)
    WHERE NOT EXISTS (SELECT 1 FROM "DatasetImage" WHERE "DatasetImage".sha256 = candidate.sha256)
      AND NOT EXISTS (SELECT 1 FROM "DatasetImage" WHERE "thumbnailSha256" = candidate.sha256)
      AND NOT EXISTS (SELECT 1 FROM "DatasetVersion" WHERE "manifestSha256" = candidate.sha256)
      AND NOT EXISTS (SELECT 1 FROM "Weights" WHERE "Weights".sha256 = candidate.sha256)
      AND NOT EXISTS (SELECT 1 FROM "Artifact" WHERE "Artifact".sha256 = candidate.sha256)
      AND NOT EXISTS (SELECT 1 FROM "PredictionImage" WHERE "PredictionImage".sha256 = candidate.sha256)
      AND NOT EXISTS (SELECT 1 FROM "FeaturePack" WHERE "FeaturePack".sha256 = candidate.sha256)
      AND NOT EXISTS (SELECT 1 FROM "AugmentationPreviewImage" WHERE "AugmentationPreviewImage".sha256 = candidate.sha256)
      AND NOT EXISTS (
        SELECT 1 FROM "ImportFile" file JOIN "Import" import ON import.id = file."importId"
        WHERE file.sha256 = candidate.sha256 AND import."clearedAt" IS NULL AND NOT import.id = ANY(${[...cleared]}::text[]))
      AND NOT EXISTS (
        SELECT 1 FROM "Import" WHERE "archiveSha256" = candidate.sha256 AND "clearedAt" IS NULL AND NOT id = ANY(${[...cleared]}::text[]))`
  return rows.map(({ sha256 }) => sha256)
}
