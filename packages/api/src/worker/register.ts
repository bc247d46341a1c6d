import { GraftError } from '@graft/contracts/errors'
import { leaseSeconds, registerInput, renewSeconds, workerProtocolVersion, type RegisterOutput } from '@graft/contracts/worker-protocol'
import { toJson } from '@graft/db/client'
import { notifyChange } from '@graft/db/notifications'
import { workerProcedure } from '../trpc.ts'
import { mergeNamesakes } from './merge-namesakes.ts'

/** A worker process comes. @throws GraftError `conflict` when it speaks another version of the protocol. */
export const register = workerProcedure.input(registerInput).mutation(async ({ ctx: { server }, input }): Promise<RegisterOutput> => {
  if (input.protocolVersion !== workerProtocolVersion) {
    throw new GraftError('conflict', `This worker speaks version ${input.protocolVersion} of the worker protocol, the server version ${workerProtocolVersion}.`, {
      hint: `Update the ${input.protocolVersion < workerProtocolVersion ? 'worker' : 'server'} so that both are of one release.`,
      field: 'protocolVersion',
    })
  }
  const { id } = await server.db.worker.create({ data: { name: input.name, environment: toJson(input.environment) } })
  await notifyChange(server.db, { topic: 'worker', id })
  await mergeNamesakes(server.db)
  return { workerId: id, leaseSeconds, renewSeconds }
})
