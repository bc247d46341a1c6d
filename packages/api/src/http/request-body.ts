import { GraftError } from '@graft/contracts/errors'

/**
 * A request's body as a stream of bytes, refused at once where its length is said to be over the limit.
 *
 * @throws GraftError `too_large`, `invalid_input` without a body.
 */
export function requestBody(request: Request, maxBytes: number): AsyncIterable<Uint8Array> {
  refuseDeclaredLength(request, maxBytes)
  if (request.body === null) throw new GraftError('invalid_input', 'The request has no body.', { hint: 'Send the file itself as the body.' })
  return request.body as unknown as AsyncIterable<Uint8Array> // Node's web streams are iterable
}

/** A whole body in memory. @throws GraftError as `requestBody`. */
export async function readBody(request: Request, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of requestBody(request, maxBytes)) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw tooLarge(bytes, maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** @throws GraftError `too_large`. */
export function refuseDeclaredLength(request: Request, maxBytes: number): void {
  const declared = Number(request.headers.get('content-length') ?? 0)
  if (declared > maxBytes) throw tooLarge(declared, maxBytes)
}

export const tooLarge = (bytes: number, maxBytes: number): GraftError =>
  new GraftError('too_large', `${megabytes(bytes)} are more than the ${megabytes(maxBytes)} that are taken here.`, { hint: 'Send less at once.', details: { maxBytes } })

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`

/** The body cut off with `too_large` as soon as it is longer than allowed. One whose length is told is as long as that: HTTP sees to it. */
export function limitBody(request: Request, maxBytes: number): Request {
  if (request.body === null || request.headers.has('content-length')) return request
  let seen = 0
  const limited = request.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        seen += chunk.byteLength
        if (seen > maxBytes) controller.error(tooLarge(seen, maxBytes))
        else controller.enqueue(chunk)
      },
    }),
  )
  return new Request(request.url, { method: request.method, headers: request.headers, body: limited, signal: request.signal, duplex: 'half' } as RequestInit)
}
