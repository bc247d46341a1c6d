import { Readable } from 'node:stream'
import { GraftError } from '@graft/contracts/errors'
import type { ArtifactKind } from '@graft/contracts/trial'
import { handlerFor } from './handler.ts'
import { streamHeaders } from './stream-headers.ts'

const types: Readonly<Record<ArtifactKind, string>> = {
  'predictions-csv': 'text/csv; charset=utf-8',
  weights: 'application/octet-stream',
  onnx: 'application/octet-stream',
  'model-card': 'text/markdown; charset=utf-8',
  labels: 'text/plain; charset=utf-8',
  'keras-h5': 'application/x-hdf5',
  'tfjs-model': 'application/json',
  'tfjs-weights': 'application/octet-stream',
  safetensors: 'application/octet-stream',
}

/** GET /api/artifacts/<id>: a file of a trial, always as a download. */
export const getArtifact = handlerFor<{ id: string }>(['user'], async (server, _request, { id }) => {
  const artifact = await server.db.artifact.findUnique({ where: { id } })
  if (artifact === null) throw new GraftError('not_found', `There is no artifact ${id.slice(0, 40)}.`)
  const bytes = await server.blobs.size(artifact.sha256)
  if (bytes === null) throw new GraftError('not_found', `“${artifact.name}” is no longer in the storage.`)
  const headers = streamHeaders({ contentType: types[artifact.kind as ArtifactKind], bytes, sha256: artifact.sha256 })
  headers.set('content-disposition', contentDisposition(artifact.name))
  headers.set('cache-control', 'private, no-cache') // the file of an id may be replaced by a new export
  return new Response(Readable.toWeb(await server.blobs.stream(artifact.sha256)) as ReadableStream, { headers })
})

/** A download's name, safe for header and file system: plain ASCII for old clients, the full name in RFC 5987's form. */
export function contentDisposition(name: string): string {
  const plain = name.replaceAll(/[^\w.\- ]/g, '_')
  const full = encodeURIComponent(name.replaceAll(/[\p{Cc}/\\]/gu, '_')).replaceAll(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`
}
