import type { Extraction } from '@graft/contracts/extraction'
import type { ErrorReport } from '@graft/contracts/errors'
import type { JobPayload, JobProgress, JobResult } from '@graft/contracts/job'
import type { Environment, MetricPoint } from '@graft/contracts/trial'

/** What a job process is started with. The token goes this way because arguments and environment can be read by others. */
export interface JobProcessOptions {
  server: string
  token: string
  cacheFolder: string
  /** Largest size of the cache folder. */
  maxCacheBytes: number
  device: string
  threads?: number
  /** Least seconds between two checkpoints of a trial. */
  checkpointSeconds?: number
  /** Images of a shard of a large extraction. */
  shardImages?: number
}

/** How a job is to stop: at once, or at the next checkpoint, which may be seconds away. */
export type StopManner = 'now' | 'at-checkpoint'

/** What the worker says to a job process. */
export type JobOrder =
  | { kind: 'open'; options: JobProcessOptions }
  | { kind: 'run'; payload: JobPayload }
  /** A trial may begin, within this memory. */
  | { kind: 'admitted'; memoryBudget: number }
  /** The server has taken a checkpoint into the job, or refused it. */
  | { kind: 'checkpointed'; error: ErrorReport | null }
  | { kind: 'stop'; manner: StopManner }

/** What a job process says to its worker. */
export type JobReport =
  /** The device is open: jobs may come. */
  | { kind: 'ready'; environment: Environment }
  /** It cannot be opened. */
  | { kind: 'unusable'; error: ErrorReport }
  | { kind: 'progress'; progress: JobProgress }
  | { kind: 'metrics'; points: readonly MetricPoint[] }
  /** A checkpoint is in the storage; `checkpointed` answers. */
  | { kind: 'checkpoint'; sha256: string }
  /** A trial is about to begin and will take about so much; `admitted` answers. */
  | { kind: 'estimate'; bytes: number }
  /** Samples that go through the network at once: what is to be less after the memory ran out. */
  | { kind: 'microbatch'; size: number }
  /** A trial's extraction is large, and this many of its shards nobody has done yet: others may take some. */
  | { kind: 'invite'; extraction: Extraction; shardsLeft: number }
  | { kind: 'log'; line: string }
  | { kind: 'finished'; result: JobResult }
  | { kind: 'failed'; error: ErrorReport }
