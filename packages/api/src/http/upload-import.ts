import { GraftError } from '@graft/contracts/errors'
import type { UploadedFile } from '@graft/contracts/job'
import { notifyChange } from '@graft/db/notifications'
import { lockUploadingImport } from '../import/lock-uploading.ts'
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
  await server.db.$transaction(async (tx) => {
    const row = await lockUploadingImport(tx, importId)
    if (row.source !== 'files') throw wrongSource('a zip archive', 'archive')
    if ((await tx.importFile.count({ where: { importId } })) >= mostFiles) throw new GraftError('too_large', `An import takes at most ${mostFiles} files.`)
    await tx.importFile.upsert({ where: { importId_path: { importId, path } }, create: { importId, path, sha256, bytes }, update: { sha256, bytes } })
  })
  return Response.json({ path, sha256, bytes } satisfies UploadedFile)
})

/** PUT /api/uploads/<importId>/archive: a zip, as the body. */
export const putImportArchive = handlerFor<{ importId: string }>(['user'], async (server, request, { importId }) => {
  const row = await server.db.$transaction((tx) => lockUploadingImport(tx, importId))
  if (row.source !== 'zip') throw wrongSource('single files', 'files')
  const { sha256, bytes } = await writeUpload(() => server.blobs.write(requestBody(request, largestArchive), { maxBytes: largestArchive, signal: request.signal }))
  await server.db.$transaction(async (tx) => {
    await lockUploadingImport(tx, importId)
    await tx.import.update({ where: { id: importId }, data: { archiveSha256: sha256, archiveBytes: bytes } })
    await notifyChange(tx, { topic: 'import', id: importId })
  })
  return Response.json({ sha256, bytes })
})

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
