import { GraftError } from '@graft/contracts/errors'
import { checkpointInput } from '@graft/contracts/worker-protocol'
import { recordCheckpoint } from '@graft/queue/record-checkpoint'
import { workerProcedure } from '../trpc.ts'

/** A checkpoint of a trial, which the worker has put into the storage. The one before it stays, older ones go. */
export const checkpoint = workerProcedure.input(checkpointInput).mutation(async ({ ctx: { server }, input: { sha256, ...reference } }): Promise<void> => {
  if (!(await server.blobs.has(sha256))) throw new GraftError('not_found', `The checkpoint ${sha256.slice(0, 12)}… is not in the storage.`, { hint: 'Upload it first: PUT /api/blobs/<sha256>.', field: 'sha256' })
  await recordCheckpoint(server.db, reference, sha256)
})
