import { availableParallelism, cpus } from 'node:os'
import type { Environment } from '@graft/contracts/trial'
import type { Runtime } from '../runtime/runtime.ts'

/** Where a trial runs: what a reader of its timings and of "bit-identical" needs to know. */
export function describeEnvironment(runtime: Runtime): Environment {
  return {
    device: `${runtime.name} ${runtime.device}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    versions: { node: process.versions.node, ...runtime.versions },
  }
}
