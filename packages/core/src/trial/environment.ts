import { createRequire } from 'node:module'
import { availableParallelism, cpus } from 'node:os'
import type { Environment } from '@graft/contracts/trial'
import type { Runtime } from '../runtime/runtime.ts'

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }

/** Where a trial runs: what a reader of its timings and of "bit-identical" needs to know. */
export function describeEnvironment(runtime: Runtime): Environment {
  return {
    device: runtime.device,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    platform: `${process.platform}-${process.arch}`,
    versions: { graft: version, node: process.versions.node, ...runtime.versions },
  }
}
