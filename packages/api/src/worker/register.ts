import { GraftError } from '@graft/contracts/errors'
import { labelsOfWorker } from '@graft/contracts/requirements'
import { heartbeatSeconds, leaseSeconds, registerInput, renewSeconds, workerProtocolVersion, type RegisterOutput } from '@graft/contracts/worker-protocol'
import { toJson } from '@graft/db/client'
import { notifyChange } from '@graft/db/notifications'
import { z } from 'zod'
import { workerProcedure } from '../trpc.ts'
import { mergeNamesakes } from './merge-namesakes.ts'

/** A worker process comes. @throws GraftError `conflict` when it speaks another version of the protocol: told before anything else of its words is looked at. */
export const register = workerProcedure
  .input(z.object({ protocolVersion: z.number().int() }))
  .use(({ input, next }) => {
    requireProtocol(input.protocolVersion)
    return next()
  })
  .input(registerInput)
  .mutation(async ({ ctx: { server }, input }): Promise<RegisterOutput> => {
    const { name, protocolVersion, environment, device, slots, memoryBytes, labels } = input
    const { id } = await server.db.worker.create({
      data: { name, protocolVersion, environment: toJson(environment), device, slots, memoryBytes, labels: toJson(labelsOfWorker(device, labels)) },
    })
    // Prisma's own defaults go by this machine's clock.
    await server.db.$executeRaw`UPDATE "Worker" SET "startedAt" = clock_timestamp(), "heartbeatAt" = clock_timestamp() WHERE id = ${id}`
    await notifyChange(server.db, { topic: 'worker', id })
    await mergeNamesakes(server.db)
    return { workerId: id, leaseSeconds, renewSeconds, heartbeatSeconds }
  })

function requireProtocol(version: number): void {
  if (version === workerProtocolVersion) return
  const older = version < workerProtocolVersion ? 'worker' : 'server'
  throw new GraftError('conflict', `This worker speaks version ${version} of the worker protocol, the server version ${workerProtocolVersion}.`, {
    hint: `Update the ${older} so that both are of one release: \`git pull\` in its folder, then start it again.`,
    field: 'protocolVersion',
  })
}
