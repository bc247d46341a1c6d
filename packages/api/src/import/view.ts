import { GraftError } from '@graft/contracts/errors'
import type { ImportView } from '@graft/contracts/views'
import type { DatabaseOrTransaction } from '@graft/db/client'
import { jobError, jobProgress } from '../job/job-fields.ts'

/** An import as people see it. @throws GraftError `not_found`. */
export async function viewImport(db: DatabaseOrTransaction, id: string): Promise<ImportView> {
  const row = await db.import.findUnique({ where: { id }, include: { job: true, version: true } })
  if (row === null) throw importNotFound(id)
  const files = await db.importFile.aggregate({ where: { importId: id }, _count: true, _sum: { bytes: true } })
  return {
    id,
    name: row.name,
    state: row.job?.state ?? (row.cancelledAt === null ? 'uploading' : 'cancelled'),
    progress: jobProgress(row.job),
    filesReceived: row.archiveSha256 === null ? files._count : 1,
    bytesReceived: row.archiveSha256 === null ? (files._sum.bytes ?? 0) : Number(row.archiveBytes),
    error: jobError(row.job),
    dataset: row.version === null ? null : { name: row.name, version: row.version.fingerprint, unchanged: row.unchanged ?? false },
    issueCounts: row.issueCounts as Record<string, number> | null,
  }
}

export const importNotFound = (id: string): GraftError => new GraftError('not_found', `There is no import ${id.slice(0, 40)}.`, { hint: 'Make one with import.create first.', field: 'importId' })
