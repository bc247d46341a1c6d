import { getArtifact } from '@graft/api/http/artifacts'
import { postBlobBatch, postMissingBlobs } from '@graft/api/http/blob-batches'
import { getBlob, putBlob } from '@graft/api/http/blobs'
import { getHealth } from '@graft/api/http/health'
import { getImage, getThumbnail } from '@graft/api/http/images'
import { getQueueLength } from '@graft/api/http/queue-length'
import { handleTrpc } from '@graft/api/http/trpc'
import { postBlob } from '@graft/api/http/upload-blob'
import { putImportArchive, putImportFile } from '@graft/api/http/upload-import'
import type { ServerContext } from '@graft/api/server-context'

/** The API's routes as the web app mounts them, by method and path. */
export async function handleHttp(server: ServerContext, request: Request): Promise<Response> {
  const [area = '', first = '', second = ''] = new URL(request.url).pathname.split('/').slice(2).map(decodeURIComponent)
  const route = `${request.method} ${area}`
  if (area === 'trpc') return handleTrpc(server, request)
  if (route === 'GET health') return getHealth(server)
  if (route === 'GET queue') return getQueueLength(server, request, {})
  if (route === 'POST uploads' && first === 'blob') return postBlob(server, request, {})
  if (route === 'PUT uploads') return second === 'files' ? putImportFile(server, request, { importId: first }) : putImportArchive(server, request, { importId: first })
  if (route === 'GET images') return second === 'thumbnail' ? getThumbnail(server, request, { sha256: first }) : getImage(server, request, { sha256: first })
  if (route === 'GET artifacts') return getArtifact(server, request, { id: first })
  if (route === 'GET blobs' || route === 'HEAD blobs') return getBlob(server, request, { sha256: first })
  if (route === 'POST blobs') return first === 'missing' ? postMissingBlobs(server, request, {}) : postBlobBatch(server, request, {})
  if (route === 'PUT blobs') return putBlob(server, request, { sha256: first })
  return new Response('Not found', { status: 404 })
}
