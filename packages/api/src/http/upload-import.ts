import { GraftError } from '@graft/contracts/errors'
import type { UploadedFile } from '@graft/contracts/job'
import type { DatabaseOrTransaction, Transaction } from '@graft/db/client'
import { notifyChange } from '@graft/db/notifications'
import { holdUploads, requireUpload } from '../import/hold-uploads.ts'
import { lockUploadingImport } from '../import/lock-uploading.ts'
import type { ServerContext } from '../server-context.ts'
import { handlerFor } from './handler.ts'
import { requestBody } from './request-body.ts'
import { checkUploadPath } from './upload-path.ts'

const largestFile = 200_000_000
const largestArchive = 32_000_000_000
const mostFiles = 200_000

/** PUT /api/uploads/<importId>/files?path=…: one file of a folder, as the body. The same path again replaces it. */
export const putImportFile = handlerFor<{ importId: string }>(['user'], async (server, request, { importId }) => {
  const path = checkUploadPath(new URL(request.url).searchParams.get('path'))
  await server.db.$transaction((tx) => lockUploadingImport(tx, importId)) // before the body is read
  const { sha256, bytes } = await writeUpload(() => server.blobs.write(requestBody(request, largestFile), { maxBytes: largestFile, signal: request.signal }))
  await claimUpload(server, sha256, async (tx) => {
    const row = await lockUploadingImport(tx, importId)
    if (row.source !== 'files') throw wrongSource('a zip archive', 'archive')
    if ((await tx.importFile.count({ where: { importId } })) >= mostFiles) throw new GraftError('too_large', `An import takes at most ${mostFiles} files.`)
    const replaced = await tx.importFile.findUnique({ where: { importId_path: { importId, path } } })
    await leaveBehind(tx, replaced?.sha256)
    await tx.importFile.upsert({ where: { importId_path: { importId, path } }, create: { importId, path, sha256, bytes }, update: { sha256, bytes } })
  })
  return Response.json({ path, sha256, bytes } satisfies UploadedFile)
})

/** PUT /api/uploads/<importId>/archive: a zip, as the body. */
export const putImportArchive = handlerFor<{ importId: string }>(['user'], async (server, request, { importId }) => {
  const row = await server.db.$transaction((tx) => lockUploadingImport(tx, importId))
  if (row.source !== 'zip') throw wrongSource('single files', 'files')
  const { sha256, bytes } = await writeUpload(() => server.blobs.write(requestBody(request, largestArchive), { maxBytes: largestArchive, signal: request.signal }))
  await claimUpload(server, sha256, async (tx) => {
    await leaveBehind(tx, (await lockUploadingImport(tx, importId)).archiveSha256)
    await tx.import.update({ where: { id: importId }, data: { archiveSha256: sha256, archiveBytes: bytes } })
    await notifyChange(tx, { topic: 'import', id: importId })
  })
  return Response.json({ sha256, bytes })
})

/** Records what was uploaded, and keeps it from being cleared away meanwhile. What the import does not take is left for the next clearing. */
async function claimUpload(server: ServerContext, sha256: string, record: (tx: Transaction) => Promise<void>): Promise<void> {
  try {
    await server.db.$transaction(async (tx) => {
      await holdUploads(tx)
      await requireUpload(server.blobs, sha256)
      await record(tx)
    })
  } catch (error) {
    await leaveBehind(server.db, sha256)
    throw error
  }
}

async function leaveBehind(db: DatabaseOrTransaction, sha256: string | null | undefined): Promise<void> {
  if (sha256 !== null && sha256 !== undefined) await db.leftover.upsert({ where: { sha256 }, create: { sha256 }, update: {} })
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
