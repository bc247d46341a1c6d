import { splitSchema } from '@graft/contracts/dataset'
import type { DatasetImage, Page } from '@graft/contracts/views'
import { z } from 'zod'
import { pageInput, pageRange, toPage } from '../page.ts'
import { userProcedure } from '../trpc.ts'
import { requireFingerprint } from './find-version.ts'

const input = pageInput.extend({ version: z.string(), classIndex: z.number().int().nonnegative().optional(), split: splitSchema.optional() })
const select = { sha256: true, path: true, classIndex: true, split: true, width: true, height: true, bytes: true } as const

/** Images of a version, by path; of one class or split where asked. */
export const images = userProcedure.input(input).query(async ({ ctx: { server }, input: wanted }): Promise<Page<DatasetImage>> => {
  const { id: versionId } = await requireFingerprint(server.db, wanted.version)
  const where = { versionId, ...(wanted.classIndex === undefined ? {} : { classIndex: wanted.classIndex }), ...(wanted.split === undefined ? {} : { split: wanted.split }) }
  const range = pageRange(wanted)
  const [items, total] = await Promise.all([server.db.datasetImage.findMany({ where, select, orderBy: { position: 'asc' }, ...range }), server.db.datasetImage.count({ where })])
  return toPage(items, total, range)
})
