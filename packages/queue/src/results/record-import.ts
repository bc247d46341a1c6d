import { datasetManifestSchema, type DatasetManifest, type ImportReport, type Split } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'
import type { JobResult } from '@graft/contracts/job'
import type { Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import { notifyChange } from '@graft/db/notifications'
import { inBatches } from './in-batches.ts'

/** A dataset version out of an import: a new one under its name, or the one that was there with the same content and split. */
export async function recordImport(tx: Transaction, job: Job, result: JobResult & { kind: 'import' }): Promise<void> {
  const { manifest, report } = result
  const wanted = await tx.import.findUniqueOrThrow({ where: { id: job.subjectId } })
  const datasetId = await ensureDataset(tx, { projectId: wanted.projectId, name: wanted.name })
  await tx.$queryRaw`SELECT id FROM "Dataset" WHERE id = ${datasetId} FOR UPDATE` // two imports under one name go one after the other
  const existing = await tx.datasetVersion.findUnique({ where: { datasetId_fingerprint: { datasetId, fingerprint: manifest.fingerprint } } })
  const versionId = existing?.id ?? (await insertVersion(tx, datasetId, manifest, result.manifestSha256))
  await recordReport(tx, versionId, report)
  await tx.dataset.update({ where: { id: datasetId }, data: { currentVersionId: versionId } })
  await tx.import.update({ where: { id: wanted.id }, data: { versionId, unchanged: existing !== null, issueCounts: countIssues(report) } })
  await notifyChange(tx, { topic: 'dataset', id: wanted.name })
}

/** The id of the dataset of a name, made where it is not there; a Prisma upsert would fail where another transaction makes it in the same moment. */
export async function ensureDataset(tx: Transaction, place: { projectId: string; name: string }): Promise<string> {
  await tx.dataset.createMany({ data: [place], skipDuplicates: true })
  return (await tx.dataset.findUniqueOrThrow({ where: { projectId_name: place }, select: { id: true } })).id
}

async function insertVersion(tx: Transaction, datasetId: string, manifest: DatasetManifest, manifestSha256: string): Promise<string> {
  checkManifest(manifest)
  const count = (split: Split): number => manifest.images.filter((image) => image.split === split).length
  const version = await tx.datasetVersion.create({
    data: {
      datasetId,
      fingerprint: manifest.fingerprint,
      classes: manifest.classes,
      splitRule: manifest.splitRule,
      seed: manifest.seed,
      manifestSha256,
      imageCount: manifest.images.length,
      trainCount: count('train'),
      validationCount: count('validation'),
      testCount: count('test'),
      filesFound: 0,
      importSeconds: 0,
    },
  })
  let start = 0
  for (const batch of inBatches(manifest.images)) {
    const images = batch.map(({ thumbnail, ...image }, index) => ({ ...image, position: start + index, thumbnailSha256: thumbnail ?? null }))
    await tx.$executeRaw`
      INSERT INTO "DatasetImage" ("versionId", position, sha256, path, "classIndex", split, width, height, bytes, "perceptualHash", "thumbnailSha256")
      SELECT ${version.id}, image.position, image.sha256, image.path, image."classIndex", image.split::"Split", image.width, image.height, image.bytes, image."perceptualHash", image."thumbnailSha256"
      FROM jsonb_to_recordset(${JSON.stringify(images)}::jsonb) AS image(position int, sha256 text, path text, "classIndex" int, split text, width int, height int, bytes int, "perceptualHash" text, "thumbnailSha256" text)`
    start += batch.length
  }
  return version.id
}

/** What the schema of one image cannot see. */
function checkManifest(manifest: DatasetManifest): void {
  datasetManifestSchema.shape.classes.parse(manifest.classes)
  const outside = manifest.images.find((image) => image.classIndex >= manifest.classes.length)
  if (outside !== undefined) throw new GraftError('invalid_input', `"${outside.path}" has class ${outside.classIndex}, but there are ${manifest.classes.length} classes.`, { field: 'result.manifest' })
  if (new Set(manifest.images.map(({ path }) => path)).size !== manifest.images.length) throw new GraftError('invalid_input', 'A path stands twice in the manifest.', { field: 'result.manifest' })
}

/** The version's report is the newest import's: the same content may come with other files beside it. */
async function recordReport(tx: Transaction, versionId: string, report: ImportReport): Promise<void> {
  await tx.datasetVersion.update({ where: { id: versionId }, data: { filesFound: report.filesFound, importSeconds: report.seconds, importNotes: report.notes } })
  await tx.importIssue.deleteMany({ where: { versionId } })
  for (const batch of inBatches(report.issues)) await tx.importIssue.createMany({ data: batch.map((issue) => ({ versionId, ...issue })) })
}

function countIssues(report: ImportReport): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { kind } of report.issues) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}
