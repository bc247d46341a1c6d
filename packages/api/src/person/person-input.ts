import { nameSchema } from '@graft/contracts/identifier'
import { z } from 'zod'

const quota = z.number().int().min(0).max(1_000_000).nullable()

/** What may be said of a person. A quota of null: as many as they like. */
export const personFields = {
  administrator: z.boolean().optional(),
  weight: z.number().positive().max(1000).optional(),
  maximumRunning: quota.optional(),
  maximumQueued: quota.optional(),
}
export const personName = nameSchema
