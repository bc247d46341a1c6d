import { z } from 'zod'

/** A label's name: a word of letters, digits, `.`, `_`, `-` and `/`. */
export const labelNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/, 'A label’s name has 1 to 63 letters, digits, dots, dashes, underscores and slashes.')
/** What a worker says of itself: `gpu` -> `NVIDIA L4`, `room` -> `basement`. */
export const labelsSchema = z.record(labelNameSchema, z.string().min(1).max(100)).refine((labels) => Object.keys(labels).length <= 32, 'At most 32 labels.')
export type Labels = z.infer<typeof labelsSchema>

/** What a worker must have to be given a job. */
export const requirementsSchema = z.strictObject({
  /** Each of them, with this very value. */
  labels: labelsSchema.default({}),
  /** Memory of the worker's device. */
  memoryBytes: z.number().int().positive().optional(),
})
export type Requirements = z.infer<typeof requirementsSchema>

/** What of a worker decides which jobs it may be given. */
export interface WorkerCapacity {
  labels: Labels
  /** Of its device; null where it does not know. */
  memoryBytes: number | null
}

/** The labels of a worker: those it was given and, unless they say otherwise, `device`, the kind of what it computes on (`cuda:1` -> `cuda`). */
export const labelsOfWorker = (device: string, labels: Labels): Labels => ({ device: device.split(':')[0]!, ...labels })

/** What a worker lacks for a job, in words; empty when it may be given it. */
export function unmetRequirements(worker: WorkerCapacity, requirements: Requirements): string[] {
  const lacking = Object.entries(requirements.labels)
    .filter(([name, value]) => worker.labels[name] !== value)
    .map(([name, value]) => `${name}=${value}`)
  const { memoryBytes } = requirements
  if (memoryBytes !== undefined && (worker.memoryBytes === null || worker.memoryBytes < memoryBytes)) lacking.push(`${(memoryBytes / 2 ** 30).toFixed(1)} GiB of memory`)
  return lacking
}
