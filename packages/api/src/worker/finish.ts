import { GraftError } from '@graft/contracts/errors'
import type { JobResult } from '@graft/contracts/job'
import { finishInput } from '@graft/contracts/worker-protocol'
import { finishJob } from '@graft/queue/finish'
import type { BlobStore } from '@graft/storage/blob-store'
import { workerProcedure } from '../trpc.ts'

/** A job's result, written as a whole. The blobs that it names must be in the storage. */
export const finish = workerProcedure.input(finishInput).mutation(async ({ ctx: { server }, input: { result, ...reference } }): Promise<void> => {
  await requireBlobs(server.blobs, result)
  await finishJob(server.db, reference, result)
})

async function requireBlobs(blobs: BlobStore, result: JobResult): Promise<void> {
  for (const sha256 of namedBlobs(result)) {
    if (await blobs.has(sha256)) continue
    throw new GraftError('not_found', `The result names the content ${sha256.slice(0, 12)}…, which is not in the storage.`, { hint: 'Upload it first: PUT /api/blobs/<sha256>.', field: 'result' })
  }
}

function namedBlobs(result: JobResult): string[] {
  switch (result.kind) {
    case 'trial':
      return [...result.artifacts.map(({ sha256 }) => sha256), ...(result.weights === null ? [] : [result.weights.sha256])]
    case 'export':
      return result.artifacts.map(({ sha256 }) => sha256)
    case 'augmentation-preview':
      return result.images.map(({ sha256 }) => sha256)
    case 'import':
      return [result.manifestSha256]
    case 'quick-check':
    case 'predict':
    case 'plan':
    case 'extraction':
      return []
  }
}
