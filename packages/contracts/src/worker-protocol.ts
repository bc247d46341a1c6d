import { z } from 'zod'
import { sha256Schema } from './identifier.ts'
import { jobKindSchema, jobProgressSchema, jobResultSchema, type JobPayload } from './job.ts'
import { environmentSchema, metricPointSchema } from './trial.ts'

/** Raised when worker and server can no longer talk; a worker of another version is refused with what to do. */
export const workerProtocolVersion = 1
/** Seconds for which a claim holds without being renewed, by the database's clock. */
export const leaseSeconds = 30
/** A worker renews this often, and only while its job makes progress. */
export const renewSeconds = 5

/** Names one attempt at one job: what every write of a worker carries. A stale one is refused with `stale_attempt`. */
export const attemptReferenceSchema = z.object({ jobId: z.string(), attempt: z.number().int().positive(), workerId: z.string() })
export type AttemptReference = z.infer<typeof attemptReferenceSchema>

// The procedures under `worker.` of the tRPC router; all want a worker token.
export const registerInput = z.object({ name: z.string().min(1).max(100), protocolVersion: z.number().int(), environment: environmentSchema })
export interface RegisterOutput { workerId: string; leaseSeconds: number; renewSeconds: number }
/** Waits up to `waitSeconds` for a job. */
export const claimInput = z.object({ workerId: z.string(), kinds: z.array(jobKindSchema).min(1), waitSeconds: z.number().min(0).max(25) })
export interface ClaimedJob { jobId: string; attempt: number; payload: JobPayload }
export type ClaimOutput = ClaimedJob | null
export const renewInput = attemptReferenceSchema.extend({ progress: jobProgressSchema })
/** `cancelled`: stop now, the answer is no longer wanted. */
export interface RenewOutput { cancelled: boolean }
export const metricsInput = attemptReferenceSchema.extend({ points: z.array(metricPointSchema).max(10_000) })
/** A trial's checkpoint that is in the storage: the next attempt is given it. */
export const checkpointInput = attemptReferenceSchema.extend({ sha256: sha256Schema })
export const finishInput = attemptReferenceSchema.extend({ result: jobResultSchema })
export const failInput = attemptReferenceSchema.extend({
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional(), field: z.string().optional(), details: z.record(z.string(), z.unknown()).optional() }),
  /** Whether another attempt may succeed. */
  retryable: z.boolean(),
})
/** The worker lets go unharmed (it is shutting down): the job is queued again, the attempt does not count as a failure. */
export const releaseInput = attemptReferenceSchema
/** Tells that the worker leaves. */
export const leaveInput = z.object({ workerId: z.string() })
// Blobs travel by plain HTTP with the same token: GET, HEAD and PUT /api/blobs/<sha256>.
