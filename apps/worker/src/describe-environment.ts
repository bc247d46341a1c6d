import { createRequire } from 'node:module'
import os from 'node:os'
import type { Environment } from '@graft/contracts/trial'
import type { Runtime } from '@graft/core/runtime/runtime'

const require = createRequire(import.meta.url)
const ownVersion = (require('../package.json') as { version: string }).version

/** The machine and the versions on which a worker computes, as the server shows them. */
export function describeEnvironment(runtime: Runtime): Environment {
  return {
    device: runtime.device,
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    platform: `${process.platform}-${process.arch}`,
    versions: { graft: ownVersion, node: process.versions.node, ...runtime.versions },
  }
}
