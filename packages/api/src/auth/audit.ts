import type { Database } from '@graft/db/client'
import { toErrorReport } from '@graft/contracts/errors'
import type { UserCaller } from './caller.ts'

/** Longest input that is kept, as JSON. */
const longestDetails = 4000

/** What an input or an answer is about, by the names that ours have for it. */
function subjectOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null
  const fields = value as Record<string, unknown>
  for (const name of ['id', 'sweepId', 'importId', 'jobId', 'workerId', 'name', 'dataset']) {
    const field = fields[name]
    if (typeof field === 'string') return field.slice(0, 200)
  }
  return null
}

/**
 * Records a change before it is made, so that none is made without: who, what (the procedure and its input), when. How it ended is
 * added by `endAudit`; where that is missing, the server ended first.
 *
 * @returns the entry's id.
 */
export async function beginAudit(db: Database, { personId }: UserCaller, action: string, input: unknown): Promise<bigint> {
  const text = input === undefined ? null : JSON.stringify(input)
  const details = text === null ? null : text.length <= longestDetails ? text : JSON.stringify({ shortened: text.slice(0, longestDetails) })
  const [entry] = await db.$queryRaw<{ id: bigint }[]>`
    INSERT INTO "AuditEntry" ("personId", action, topic, "subjectId", details)
    VALUES (${personId}, ${action}, ${action.split('.')[0]}, ${subjectOf(input) ?? ''}, ${details}::jsonb) RETURNING id`
  return entry!.id
}

/** How the change ended: `done`, or the code of the error that refused it. */
export async function endAudit(db: Database, id: bigint, outcome: { answer: unknown } | { error: unknown }): Promise<void> {
  const word = 'answer' in outcome ? 'done' : toErrorReport(outcome.error).code
  const subject = 'answer' in outcome ? subjectOf(outcome.answer) : null
  await db.$executeRaw`UPDATE "AuditEntry" SET outcome = ${word}, "subjectId" = CASE WHEN "subjectId" = '' THEN ${subject ?? ''} ELSE "subjectId" END WHERE id = ${id}`
}
