import type { Page } from '@graft/contracts/views'
import { z } from 'zod'

/** Where a page begins (the `nextCursor` of the one before) and how long it is. */
export const pageInput = z.object({
  cursor: z.string().regex(/^\d{1,9}$/, 'Not a cursor of this list.').nullish(),
  limit: z.number().int().min(1).max(500).default(100),
})
export type PageInput = z.output<typeof pageInput>

/** `skip` and `take` of a query. */
export const pageRange = ({ cursor, limit }: PageInput): { skip: number; take: number } => ({ skip: Number(cursor ?? 0), take: limit })

/** Items of a page with the cursor of the next one. */
export function toPage<Item>(items: Item[], total: number, { skip }: { skip: number }): Page<Item> {
  const end = skip + items.length
  return { items, total, nextCursor: items.length > 0 && end < total ? String(end) : null }
}
