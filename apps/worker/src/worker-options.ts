import type { JobKind } from '@graft/contracts/job'
import type { Labels } from '@graft/contracts/requirements'

export interface WorkerOptions {
  /** Address of the server without a slash at its end. */
  server: string
  /** A worker token. */
  token: string
  /** How the server shows this worker. */
  name: string
  /** Weight files, blobs and features are kept here between jobs; several workers of one machine may share it. */
  cacheFolder: string
  /** Kinds of job that it takes; all by default. */
  kinds?: readonly JobKind[]
  /** Returns once there is nothing to do, instead of waiting. */
  exitWhenIdle?: boolean
  /** Threads of the runtime; by default as many as the machine has cores, divided among the slots. */
  threads?: number
  /** What computes: `cpu` (default), `webgpu`, `cuda`, `cuda:1`, `tensorflow`. */
  device?: string
  /** CUDA_VISIBLE_DEVICES, where it is set. */
  visibleGpus?: string
  /** Trials at once, memory permitting; default 1. */
  slots?: number
  /** What jobs may ask for, beside what is found out by itself. */
  labels?: Labels
  /** A job without progress for this long is stopped; default 300. */
  stallSeconds?: number
  /** Least seconds between two checkpoints of a trial: so much work a crash may cost, beside the epoch under way; default 5. */
  checkpointSeconds?: number
  /** Images of a shard of a large extraction; default 256. */
  shardImages?: number
  /** Largest size of the cache folder; default 20 GB. */
  maxCacheBytes?: number
  /** A file that is written with each heartbeat, for whoever supervises the worker. */
  healthFile?: string
  /** Fires when the worker should go: its job is released to others. */
  signal: AbortSignal
  log(line: string): void
}

export const defaultCacheBytes = 20e9
