import { splitSchema } from '@graft/contracts/dataset'
import type { Page, PredictionItem } from '@graft/contracts/views'
import type { Prisma } from '@graft/db/generated/client'
import { z } from 'zod'
import { pageInput, pageRange, toPage } from '../page.ts'
import { userProcedure } from '../trpc.ts'
import { findTrial } from './trial-rows.ts'

const orders = {
  worst: [{ labelProbability: 'asc' }, { position: 'asc' }],
  best: [{ labelProbability: 'desc' }, { position: 'asc' }],
  path: [{ position: 'asc' }],
} satisfies Record<string, Prisma.PredictionOrderByWithRelationInput[]>

const input = pageInput.extend({ id: z.string(), split: splitSchema, order: z.enum(['worst', 'best', 'path']).default('worst'), onlyWrong: z.boolean().default(false) })

/** Predictions of one split: least or most probability for the true class first, or by path. */
export const predictions = userProcedure.input(input).query(async ({ ctx: { server }, input: wanted }): Promise<Page<PredictionItem>> => {
  const { db } = server
  const { versionId } = await findTrial(db, wanted.id)
  const where = { trialId: wanted.id, split: wanted.split, ...(wanted.onlyWrong ? { correct: false } : {}) }
  const range = pageRange(wanted)
  const [rows, total] = await Promise.all([db.prediction.findMany({ where, orderBy: orders[wanted.order], ...range }), db.prediction.count({ where })])
  const images = await db.datasetImage.findMany({ where: { versionId, position: { in: rows.map(({ position }) => position) } }, select: { position: true, sha256: true, path: true } })
  const byPosition = new Map(images.map((image) => [image.position, image]))
  const items = rows.map(({ position, label, predicted, probability, labelProbability, correct }) => {
    const { sha256, path } = byPosition.get(position)!
    return { sha256, path, label, predicted, probability, labelProbability, correct }
  })
  return toPage(items, total, range)
})
