import { z } from 'zod'
import { extractionSchema } from './extraction.ts'
import { sha256Schema } from './identifier.ts'
import { jobKindSchema, jobProgressSchema, jobResultSchema, type JobPayload } from './job.ts'
import { labelsSchema } from './requirements.ts'
import { environmentSchema, metricPointSchema } from './trial.ts'

/** Raised when worker and server can no longer talk; a worker of another version is refused with what to do. */
export const workerProtocolVersion = 3
/** Seconds for which a claim holds without being renewed, by the database's clock. */
export const leaseSeconds = 30
/** A worker renews this often, and only while its job makes progress. */
export const renewSeconds = 5
/** A worker tells its usage this often, also while it has nothing to do. */
export const heartbeatSeconds = 10
/** Faults of a machine in a row after which it is given no more jobs until a person lifts its quarantine. */
export const nodeFaultsAllowed = 3

/** Names one attempt at one job: what every write of a worker carries. A stale one is refused with `stale_attempt`. */
export const attemptReferenceSchema = z.object({ jobId: z.string(), attempt: z.number().int().positive(), workerId: z.string() })
export type AttemptReference = z.infer<typeof attemptReferenceSchema>

/** Whether a worker is given jobs: `draining` (a person lets it end what it has) and `quarantined` (its machine failed too often) are given none. */
export const workerModes = ['ready', 'draining', 'quarantined'] as const
export type WorkerMode = (typeof workerModes)[number]
/** `reason`: why it is not `ready`, for people. */
export interface WorkerStanding { mode: WorkerMode; reason: string | null }

/**
 * What an attempt is to do, told with each renewal and each batch of metrics. `cancel`: stop, the answer is no longer wanted (the
 * attempt is over already). `prune`: stop and call `worker.prune`. `pause`: leave a checkpoint and call `worker.pause`.
 */
export const attemptOrders = ['continue', 'cancel', 'prune', 'pause'] as const
export type AttemptOrder = (typeof attemptOrders)[number]
export interface OrderOutput { order: AttemptOrder }

export const gpuUsageSchema = z.object({
  index: z.number().int().nonnegative(),
  name: z.string().max(100),
  /** 0 to 1. */
  utilization: z.number().min(0).max(1).nullable(),
  memoryUsedBytes: z.number().nonnegative().nullable(),
  memoryTotalBytes: z.number().nonnegative().nullable(),
  temperatureCelsius: z.number().nullable(),
})
/** What a worker uses of its machine. */
export const workerUsageSchema = z.object({
  gpus: z.array(gpuUsageSchema).max(64),
  /** Resident memory of the worker's processes. */
  processMemoryBytes: z.number().nonnegative(),
  machineMemoryUsedBytes: z.number().nonnegative().nullable(),
  machineMemoryTotalBytes: z.number().nonnegative().nullable(),
  /** Where its caches lie. */
  diskFreeBytes: z.number().nonnegative().nullable(),
})
export type WorkerUsage = z.infer<typeof workerUsageSchema>

// The procedures under `worker.` of the tRPC router; all want a worker token.
export const registerInput = z.object({
  name: z.string().min(1).max(100),
  protocolVersion: z.number().int(),
  environment: environmentSchema,
  /** What it computes on: `cpu`, `cuda:0`. */
  device: z.string().min(1).max(60),
  /** Trials that it runs at once, memory permitting. */
  slots: z.number().int().min(1).max(64),
  /** Of the device; null where it cannot be told. */
  memoryBytes: z.number().int().positive().nullable(),
  labels: labelsSchema,
})
export interface RegisterOutput { workerId: string; leaseSeconds: number; renewSeconds: number; heartbeatSeconds: number }
/**
 * Waits up to `waitSeconds` for a job. `claimId` names this very request: sent again after a lost answer, it is given the same
 * attempt again, as long as that runs.
 */
export const claimInput = z.object({ workerId: z.string(), claimId: z.uuid(), kinds: z.array(jobKindSchema).min(1), waitSeconds: z.number().min(0).max(25) })
export interface ClaimedJob { jobId: string; attempt: number; payload: JobPayload }
export interface ClaimOutput extends WorkerStanding { job: ClaimedJob | null }
export const heartbeatInput = z.object({ workerId: z.string(), usage: workerUsageSchema })
export type HeartbeatOutput = WorkerStanding
export const renewInput = attemptReferenceSchema.extend({ progress: jobProgressSchema })
export type RenewOutput = OrderOutput
export const metricsInput = attemptReferenceSchema.extend({ points: z.array(metricPointSchema).max(10_000) })
export type MetricsOutput = OrderOutput
/** A trial's checkpoint that is in the storage: the next attempt is given it. */
export const checkpointInput = attemptReferenceSchema.extend({ sha256: sha256Schema })
/**
 * A trial begins or goes on with a large extraction of features, of which `shardsLeft` shards are still to be taken: workers with nothing
 * else to do are invited to take some. Said again with each shard, so that workers that come later are invited too. 0: it is over.
 */
export const inviteInput = attemptReferenceSchema.extend({ extraction: extractionSchema, shardsLeft: z.number().int().nonnegative() })

// What ends an attempt. Each may be sent again after a lost answer: the same attempt gets the same answer, and nothing happens twice.
export const finishInput = attemptReferenceSchema.extend({ result: jobResultSchema })
export const errorReportInput = z.object({ code: z.string(), message: z.string(), hint: z.string().optional(), field: z.string().optional(), details: z.record(z.string(), z.unknown()).optional() })
/**
 * The codes `diverged` and `out_of_memory` have rules of their own: the first ends the trial as diverged; the second is tried once
 * more, with a `microbatchLimit` in the payload (half of `details.microbatch`, the one that did not fit, where that is told).
 */
export const failInput = attemptReferenceSchema.extend({
  error: errorReportInput,
  /** Whether another attempt may succeed. */
  retryable: z.boolean(),
  /** Whose fault it is: a `node`'s (its GPU fell off the bus, its disk cannot be read) counts on the worker and not on the job. */
  cause: z.enum(['job', 'node']).default('job'),
})
export type FaultCause = z.infer<typeof failInput>['cause']
/** The attempt stops because the search told it to; its metrics stay. */
export const pruneInput = attemptReferenceSchema
/** The attempt stops at its last checkpoint: because it was told to (`reason` null), or because the worker cannot go on before a person has helped (its disk is full). */
export const pauseInput = attemptReferenceSchema.extend({ reason: errorReportInput.nullable() })
/** The worker lets go unharmed (it is shutting down): the job is queued again, the attempt does not count as a failure. */
export const releaseInput = attemptReferenceSchema
/** Tells that the worker leaves. */
export const leaveInput = z.object({ workerId: z.string() })
// Blobs travel by plain HTTP with the same token: GET, HEAD and PUT /api/blobs/<sha256>.
