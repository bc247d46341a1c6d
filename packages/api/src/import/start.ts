import { randomUUID } from 'node:crypto'
import { splitRuleSchema } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'
import type { JobPayload, UploadedFile } from '@graft/contracts/job'
import type { ImportView } from '@graft/contracts/views'
import type { Transaction } from '@graft/db/client'
import type { Import } from '@graft/db/generated/client'
import { enqueue } from '@graft/queue/enqueue'
import type { BlobStore } from '@graft/storage/blob-store'
import { z } from 'zod'
import { userProcedure } from '../trpc.ts'
import { holdUploads } from './hold-uploads.ts'
import { lockUploadingImport } from './lock-uploading.ts'
import { viewImport } from './view.ts'

type ImportSource = (JobPayload & { kind: 'import' })['source']

/** Everything is uploaded: a worker makes the dataset version of it. */
export const start = userProcedure.input(z.object({ importId: z.string() })).mutation(async ({ ctx: { server, caller }, input: { importId } }): Promise<ImportView> => {
  await server.db.$transaction(async (tx) => {
    await holdUploads(tx)
    const row = await lockUploadingImport(tx, importId)
    const source = row.source === 'zip' ? archiveSource(row) : await filesSource(tx, server.blobs, row)
    const splitRule = z.union([splitRuleSchema, z.literal('auto')]).parse(row.splitRule)
    const id = randomUUID()
    await enqueue(tx, [{ personId: caller.personId, id, title: `Import of ${row.name}`, topic: 'import', subjectId: importId, payload: { kind: 'import', importId, name: row.name, splitRule, seed: row.seed, source } }])
    await tx.import.update({ where: { id: importId }, data: { jobId: id } })
  })
  return viewImport(server.db, importId)
})

function archiveSource(row: Import): ImportSource {
  if (row.archiveSha256 === null) throw nothingUploaded(row, 'archive')
  return { kind: 'zip', sha256: row.archiveSha256, bytes: Number(row.archiveBytes) }
}

/** The list of files goes into the storage: it may be long. */
async function filesSource(tx: Transaction, blobs: BlobStore, row: Import): Promise<ImportSource> {
  const files: UploadedFile[] = await tx.importFile.findMany({ where: { importId: row.id }, select: { path: true, sha256: true, bytes: true }, orderBy: { path: 'asc' } })
  if (files.length === 0) throw nothingUploaded(row, 'files')
  const { sha256 } = await blobs.write(new TextEncoder().encode(JSON.stringify(files)))
  return { kind: 'files', sha256, count: files.length }
}

const nothingUploaded = (row: Import, what: 'archive' | 'files'): GraftError =>
  new GraftError('invalid_input', `Nothing was uploaded for “${row.name}” yet.`, { hint: `Send PUT /api/uploads/${row.id}/${what} first.` })
