import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { GraftError } from '@graft/contracts/errors'
import { sha256Schema } from '@graft/contracts/identifier'
import type { BlobStore } from '@graft/storage/blob-store'
import type { ServerContext } from '../server-context.ts'
import { handlerFor } from './handler.ts'
import { imageType } from './image-type.ts'
import { streamHeaders } from './stream-headers.ts'

/** GET /api/images/<sha256>: an image of a dataset or a prediction as it was uploaded, or an augmented one of a preview. Other stored contents are not found here. */
export const getImage = handlerFor<{ sha256: string }>(['user'], async (server, request, { sha256: name }) => {
  const sha256 = sha256Schema.parse(name)
  await findImage(server, sha256)
  return sendImage(server.blobs, request, sha256)
})

/** GET /api/images/<sha256>/thumbnail: the small picture that the import made; the image itself where there is none. */
export const getThumbnail = handlerFor<{ sha256: string }>(['user'], async (server, request, { sha256: name }) => {
  const sha256 = sha256Schema.parse(name)
  const { thumbnailSha256 } = await findImage(server, sha256)
  return sendImage(server.blobs, request, thumbnailSha256 ?? sha256)
})

async function findImage({ db }: ServerContext, sha256: string): Promise<{ thumbnailSha256: string | null }> {
  const image = await db.datasetImage.findFirst({ where: { sha256 }, select: { thumbnailSha256: true } })
  if (image !== null) return image
  if ((await db.predictionImage.findFirst({ where: { sha256 }, select: { sha256: true } })) !== null) return { thumbnailSha256: null }
  if ((await db.augmentationPreviewImage.findFirst({ where: { sha256 }, select: { sha256: true } })) !== null) return { thumbnailSha256: null }
  throw new GraftError('not_found', `There is no image ${sha256.slice(0, 12)}….`)
}

async function sendImage(blobs: BlobStore, request: Request, sha256: string): Promise<Response> {
  const bytes = await blobs.size(sha256)
  if (bytes === null) throw new GraftError('not_found', `The image ${sha256.slice(0, 12)}… is no longer in the storage.`)
  const type = imageType(await firstBytes(blobs, sha256))
  const headers = streamHeaders({ contentType: type ?? 'application/octet-stream', bytes, sha256 })
  if (type === null) headers.set('content-disposition', 'attachment')
  if (request.headers.get('if-none-match') === headers.get('etag')) {
    headers.delete('content-length')
    return new Response(null, { status: 304, headers })
  }
  return new Response(Readable.toWeb(await blobs.stream(sha256)) as ReadableStream, { headers })
}

async function firstBytes(blobs: BlobStore, sha256: string): Promise<Uint8Array> {
  const file = await open(await blobs.path(sha256))
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
