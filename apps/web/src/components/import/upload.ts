import { toErrorReport, GraftError, type ErrorReport } from '@graft/contracts/errors'
import { largestUploadBatchBytes, mostUploadBatchFiles, uploadBatchHead } from '@graft/contracts/upload-batch'
import { readFailure } from '../../failure/read-failure.ts'
import type { ChosenFile } from './relative-paths.ts'

export interface UploadProgress {
  files: number
  bytes: number
  totalFiles: number
  totalBytes: number
}

/** A few requests travel at once: small pictures are bound by the round trip, not by the line. */
const lanes = 4
const reportMilliseconds = 100

function failureOf(request: XMLHttpRequest): GraftError {
  let report: ErrorReport
  try {
    report = readFailure(JSON.parse(request.responseText))
  } catch {
    report = { code: 'internal', message: `The server answered ${request.status} to an upload.` }
  }
  return new GraftError(report.code, report.message, report)
}

/** PUTs one body; fetch cannot tell how much of it has left. */
function put(address: string, body: Blob, onSent: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const stop = () => request.abort()
    request.open('PUT', address)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.addEventListener('progress', (event) => onSent(event.loaded))
    request.addEventListener('load', () => (request.status >= 200 && request.status < 300 ? resolve() : reject(failureOf(request))))
    request.addEventListener('error', () => reject(new GraftError('unavailable', 'The connection broke during the upload.', { hint: 'Is the server still running? Drop the files again.' })))
    request.addEventListener('abort', () => reject(new GraftError('aborted', 'The upload was stopped.')))
    request.addEventListener('loadend', () => signal.removeEventListener('abort', stop))
    signal.addEventListener('abort', stop)
    if (signal.aborted) return stop()
    request.send(body)
  })
}

/** Files that travel in one request: as many small ones as fit, or one larger one. */
export function batchesOf<File extends { file: { size: number } }>(files: readonly File[]): File[][] {
  const batches: File[][] = []
  let room = 0
  for (const file of files) {
    const last = batches.at(-1)
    if (last === undefined || last.length >= mostUploadBatchFiles || file.file.size > room) {
      batches.push([file])
      room = largestUploadBatchBytes - file.file.size
    } else {
      last.push(file)
      room -= file.file.size
    }
  }
  return batches
}

/** Sends the files of an import, or its one archive, telling how far it is. Throws a GraftError. */
export async function uploadFiles(importId: string, files: readonly ChosenFile[], source: 'zip' | 'files', onProgress: (progress: UploadProgress) => void, signal: AbortSignal): Promise<void> {
  const totalBytes = files.reduce((sum, { file }) => sum + file.size, 0)
  const batches = batchesOf(files)
  const sent = batches.map(() => 0)
  let sentBytes = 0
  let done = 0
  let reportedAt = 0
  const note = (place: number, bytes: number) => {
    sentBytes += bytes - sent[place]!
    sent[place] = bytes
    // Many small requests would have the page drawn many times.
    if (done < files.length && performance.now() - reportedAt < reportMilliseconds) return
    reportedAt = performance.now()
    onProgress({ files: done, bytes: sentBytes, totalFiles: files.length, totalBytes })
  }
  const base = `/api/uploads/${encodeURIComponent(importId)}`
  let next = 0
  const lane = async () => {
    while (next < batches.length) {
      const place = next++
      const batch = batches[place]!
      const [{ path, file }] = batch as [ChosenFile]
      const bytes = batch.reduce((sum, each) => sum + each.file.size, 0)
      const tell = (loaded: number) => note(place, Math.min(loaded, bytes))
      if (batch.length > 1) await put(`${base}/batch`, new Blob(batch.flatMap((each) => [uploadBatchHead(each.path, each.file.size), each.file])), tell, signal)
      else await put(source === 'zip' ? `${base}/archive` : `${base}/files?path=${encodeURIComponent(path)}`, file, tell, signal)
      done += batch.length
      note(place, bytes)
    }
  }
  onProgress({ files: 0, bytes: 0, totalFiles: files.length, totalBytes })
  await Promise.all(Array.from({ length: Math.min(lanes, batches.length) }, lane))
}

/** Stores one image to classify; answers its hash. */
export async function uploadBlob(file: File, signal?: AbortSignal): Promise<{ sha256: string; bytes: number }> {
  const answer = await fetch('/api/uploads/blob', { method: 'POST', body: file, headers: { 'content-type': 'application/octet-stream' }, ...(signal === undefined ? {} : { signal }) })
  const body: unknown = await answer.json().catch(() => null)
  if (!answer.ok) {
    const report = body === null ? toErrorReport(new Error(`The server answered ${answer.status} to an upload.`)) : readFailure(body)
    throw new GraftError(report.code, report.message, report)
  }
  return body as { sha256: string; bytes: number }
}
