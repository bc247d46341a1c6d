import { GraftError } from '@graft/contracts/errors'
import { sha256Schema } from '@graft/contracts/identifier'
import { decodeBatch, largestBatchBody, largestBatchContents } from '@graft/storage/blob-batch'
import { z } from 'zod'
import { handlerFor } from './handler.ts'
import { readBody } from './request-body.ts'

const question = z.object({ sha256s: z.array(sha256Schema).max(largestBatchContents, `At most ${largestBatchContents} contents at once.`) })

/** POST /api/blobs/missing: which of many contents are not here, `{ sha256s }` answered by `{ missing }`. */
export const postMissingBlobs = handlerFor<Record<never, never>>(['worker'], async (server, request) => {
  const text = (await readBody(request, largestBatchContents * 80)).toString('utf8')
  const { sha256s } = question.parse(parseJson(text))
  return Response.json({ missing: [...(await server.blobs.missing(sha256s, request.signal))] })
})

/** POST /api/blobs/batch: many small contents in one body (`encodeBatch`), each checked against its hash. */
export const postBlobBatch = handlerFor<Record<never, never>>(['worker'], async (server, request) => {
  const contents = decodeBatch(await readBody(request, largestBatchBody))
  await server.blobs.writeMany(contents, request.signal)
  return Response.json({ stored: contents.length }, { status: 201 })
})

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new GraftError('invalid_input', 'The body is no JSON.', { hint: 'Send {"sha256s": […]}.', cause })
  }
}
