import type { Environment } from '@graft/contracts/trial'
import { workerProtocolVersion } from '@graft/contracts/worker-protocol'
import { describeMachine } from './machine.ts'
import { readGpus } from './nvidia-smi.ts'
import { syncModels } from './sync-models.ts'
import type { WorkerClient } from './worker-client.ts'
import type { WorkerOptions } from './worker-options.ts'

export interface Registration {
  workerId: string
  leaseSeconds: number
  renewSeconds: number
  heartbeatSeconds: number
}

/** A worker's entry at the server, which all its lanes share. */
export interface Registrar {
  /** Made once; anew where the server no longer knows `unknown`. */
  current(unknown?: string): Promise<Registration>
}

/** @throws GraftError `conflict` when server and worker are of different versions. */
export function createRegistrar(options: WorkerOptions, client: WorkerClient, environment: Environment): Registrar {
  let registration: Promise<Registration> | undefined
  return {
    async current(unknown) {
      const known = await registration
      if (known === undefined || known.workerId === unknown) registration = register(options, client, environment)
      return registration!
    },
  }
}

async function register(options: WorkerOptions, client: WorkerClient, environment: Environment): Promise<Registration> {
  const { name, cacheFolder, server, signal, log, device = 'cpu', slots = 1, labels: custom = {} } = options
  const { memoryBytes, labels } = describeMachine(device, await readGpus(), custom, options.visibleGpus)
  const entry = { name, protocolVersion: workerProtocolVersion, environment, device, slots, memoryBytes, labels }
  const registration = await client.call((api, aborted) => api.worker.register.mutate(entry, { signal: aborted }), signal)
  await syncModels(client, cacheFolder, signal)
  log(`Worker ${name} is at ${server} (${labels['gpu'] ?? device}, ${environment.cores} cores${slots === 1 ? '' : `, ${slots} slots`}).`)
  return registration
}
