import { handlerFor } from './handler.ts'
import { requestBody } from './request-body.ts'

const largestBlob = 4_000_000_000

/** POST /api/uploads/blob: any content (a weight file, an image to classify) as the body; answers `{ sha256, bytes }` to name it by. */
export const postBlob = handlerFor<Record<never, never>>(['user'], async (server, request) => {
  const { sha256, bytes } = await server.blobs.write(requestBody(request, largestBlob), { maxBytes: largestBlob, signal: request.signal })
  return Response.json({ sha256, bytes }, { status: 201 })
})
