import { createHash } from 'node:crypto'
import { GraftError } from '@graft/contracts/errors'
import type { UploadedFile } from '@graft/contracts/job'
import { decodeUploadBatch, largestUploadBatchBody } from '@graft/contracts/upload-batch'
import type { DatabaseOrTransaction, Transaction } from '@graft/db/client'
import { notifyChange } from '@graft/db/notifications'
import { holdUploads, requireUploads } from '../import/hold-uploads.ts'
import { lockUploadingImport } from '../import/lock-uploading.ts'
import type { ServerContext } from '../server-context.ts'
import { handlerFor } from './handler.ts'
import { readBody, requestBody } from './request-body.ts'
import { checkUploadPath } from './upload-path.ts'

const largestFile = 200_000_000
const largestArchive = 32_000_000_000
const mostFiles = 200_000

/** PUT /api/uploads/<importId>/files?path=…: one file of a folder, as the body. The same path again replaces it. */
export const putImportFile = handlerFor<{ importId: string }>(['user'], async (server, request, { importId }) => {
  const path = checkUploadPath(new URL(request.url).searchParams.get('path'))
  await server.db.$transaction((tx) => lockUploadingImport(tx, importId)) // before the body is read
  const { sha256, bytes } = await writeUpload(() => server.blobs.write(requestBody(request, largestFile), { maxBytes: largestFile, signal: request.signal }))
  const file = { path, sha256, bytes }
  await recordFiles(server, importId, [file])
  return Response.json(file satisfies UploadedFile)
})

/** PUT /api/uploads/<importId>/batch: many small files of a folder in one body (`uploadBatchHead`), recorded all or none. */
export const putImportBatch = handlerFor<{ importId: string }>(['user'], async (server, request, { importId }) => {
  await server.db.$transaction((tx) => lockUploadingImport(tx, importId))
  const body = await writeUpload(() => readBody(request, largestUploadBatchBody))
  const contents = decodeUploadBatch(body).map(({ path, bytes }) => ({ path: checkUploadPath(path), sha256: createHash('sha256').update(bytes).digest('hex'), bytes }))
  await server.blobs.writeMany([...new Map(contents.map(({ sha256, bytes }) => [sha256, { sha256, bytes }])).values()], request.signal)
  const files = [...new Map(contents.map(({ path, sha256, bytes }) => [path, { path, sha256, bytes: bytes.byteLength }])).values()]
  await recordFiles(server, importId, files)
  return Response.json({ files: files.length })
})

/** Takes files of a folder into an import; those at the same paths are replaced. */
async function recordFiles(server: ServerContext, importId: string, files: readonly UploadedFile[]): Promise<void> {
  const rows = files.map((file) => ({ importId, ...file }))
  const at = { importId, path: { in: files.map(({ path }) => path) } }
  await claimUploads(server, files.map(({ sha256 }) => sha256), async (tx) => {
    const row = await lockUploadingImport(tx, importId)
    if (row.source !== 'files') throw wrongSource('a zip archive', 'archive')
    if ((await tx.importFile.count({ where: { importId } })) + files.length > mostFiles) throw new GraftError('too_large', `An import takes at most ${mostFiles} files.`)
    const replaced = await tx.importFile.findMany({ where: at, select: { sha256: true } })
    if (replaced.length > 0) {
      await leaveBehind(tx, replaced.map(({ sha256 }) => sha256))
      await tx.importFile.deleteMany({ where: at })
    }
    await tx.importFile.createMany({ data: rows })
  })
}

/** PUT /api/uploads/<importId>/archive: a zip, as the body. */
export const putImportArchive = handlerFor<{ importId: string }>(['user'], async (server, request, { importId }) => {
  const row = await server.db.$transaction((tx) => lockUploadingImport(tx, importId))
  if (row.source !== 'zip') throw wrongSource('single files', 'files')
  const { sha256, bytes } = await writeUpload(() => server.blobs.write(requestBody(request, largestArchive), { maxBytes: largestArchive, signal: request.signal }))
  await claimUploads(server, [sha256], async (tx) => {
    const { archiveSha256 } = await lockUploadingImport(tx, importId)
    if (archiveSha256 !== null) await leaveBehind(tx, [archiveSha256])
    await tx.import.update({ where: { id: importId }, data: { archiveSha256: sha256, archiveBytes: bytes } })
    await notifyChange(tx, { topic: 'import', id: importId })
  })
  return Response.json({ sha256, bytes })
})

/** Records what was uploaded, and keeps it from being cleared away meanwhile. What the import does not take is left for the next clearing. */
async function claimUploads(server: ServerContext, sha256s: readonly string[], record: (tx: Transaction) => Promise<void>): Promise<void> {
  try {
    await server.db.$transaction(async (tx) => {
      await holdUploads(tx)
      await requireUploads(server.blobs, sha256s)
      await record(tx)
    })
  } catch (error) {
    await leaveBehind(server.db, sha256s)
    throw error
  }
}

async function leaveBehind(db: DatabaseOrTransaction, sha256s: readonly string[]): Promise<void> {
  await db.leftover.createMany({ data: [...new Set(sha256s)].map((sha256) => ({ sha256 })), skipDuplicates: true })
}

const wrongSource = (what: string, route: string): GraftError =>
  new GraftError('conflict', `This import takes ${what}.`, { hint: `Send them to the route /${route}, or make an import with another source.` })

/** A body that breaks off is the sender's doing, not a fault of the server. */
async function writeUpload<Written>(write: () => Promise<Written>): Promise<Written> {
  try {
    return await write()
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string }
    if (name !== 'AbortError' && code !== 'ECONNRESET' && code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
    throw new GraftError('aborted', 'The upload broke off.', { hint: 'Send it again.', cause: error })
  }
}
