import type { Extraction } from '@graft/contracts/extraction'
import type { FeatureStore } from '@graft/contracts/feature-store'
import type { JobKind, JobPayload, JobProgress, JobResult } from '@graft/contracts/job'
import type { MetricPoint } from '@graft/contracts/trial'
import type { GraphRuntime } from '@graft/core/runtime/graph-runtime'
import type { Runtime } from '@graft/core/runtime/runtime'
import type { BlobStore } from '@graft/storage/blob-store'
import type { CacheBound } from '@graft/storage/cache-bound'

/** What a job may use of its worker. */
export interface JobContext {
  runtime: Runtime
  /** Runs ONNX files that are there already: an export, again. */
  graphs: GraphRuntime
  /** The server's storage, seen through a local cache. */
  blobs: BlobStore
  features: FeatureStore
  /** Folder of the worker's caches; weight files lie in `models`. */
  cacheFolder: string
  /** Keeps that folder under its size. */
  cacheBound: CacheBound
  /** What the job is doing now: a sign of life for its lease. */
  progress(progress: JobProgress): void
  metrics(points: readonly MetricPoint[]): void
  /** Notes a trial's checkpoint, which is in the storage, in its job. @throws GraftError `stale_attempt`. */
  checkpoint(sha256: string): Promise<void>
  /** Has workers that are idle take shards of an extraction, of which so many are left; 0: it is over. */
  invite(extraction: Extraction, shardsLeft: number): void
  /** Samples that go through the network at once: what another attempt takes less of, should the memory run out. */
  microbatch(size: number): void
  /** Least seconds between two checkpoints; the engine's default where it is not said. */
  checkpointSeconds?: number
  /** A trial will take about so many bytes: resolves with those that its process may take, when it may begin. */
  admit(bytes: number): Promise<number>
  /** For whoever reads the worker's log. */
  log(line: string): void
  /** Fires when the job has to stop at once: cancelled, lease lost. */
  signal: AbortSignal
  /** Fires when a training is to stop as soon as it has left a checkpoint: worker shutting down, sweep paused. */
  stopAtCheckpoint: AbortSignal
}

/** Does one kind of job. Everything that its result names is in the storage when it resolves. */
export type JobRunner<Kind extends JobKind> = (payload: Extract<JobPayload, { kind: Kind }>, context: JobContext) => Promise<Extract<JobResult, { kind: Kind }>>
