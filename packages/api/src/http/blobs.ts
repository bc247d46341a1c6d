import { Readable } from 'node:stream'
import { GraftError } from '@graft/contracts/errors'
import { sha256Schema } from '@graft/contracts/identifier'
import { handlerFor } from './handler.ts'
import { requestBody } from './request-body.ts'
import { streamHeaders } from './stream-headers.ts'

const largestBlob = 32_000_000_000

/** GET and HEAD /api/blobs/<sha256>: any stored content, for workers. */
export const getBlob = handlerFor<{ sha256: string }>(['worker'], async (server, request, { sha256: name }) => {
  const sha256 = sha256Schema.parse(name)
  const bytes = await server.blobs.size(sha256)
  if (bytes === null) throw new GraftError('not_found', `The content ${sha256.slice(0, 12)}… is not in the storage.`)
  const headers = streamHeaders({ contentType: 'application/octet-stream', bytes, sha256 })
  if (request.method === 'HEAD') return new Response(null, { headers })
  return new Response(Readable.toWeb(await server.blobs.stream(sha256)) as ReadableStream, { headers })
})

/** PUT /api/blobs/<sha256>: the body must have that hash. */
export const putBlob = handlerFor<{ sha256: string }>(['worker'], async (server, request, { sha256: name }) => {
  const { sha256, bytes, existed } = await server.blobs.write(requestBody(request, largestBlob), { expectedSha256: sha256Schema.parse(name), maxBytes: largestBlob, signal: request.signal })
  return Response.json({ sha256, bytes }, { status: existed ? 200 : 201 })
})
