import type { Configuration } from '@graft/contracts/search-space'
import { jobStates } from '@graft/contracts/trial'
import type { Page, SweepTrialItem } from '@graft/contracts/views'
import { atOneMoment } from '@graft/db/at-one-moment'
import { Prisma } from '@graft/db/generated/client'
import { z } from 'zod'
import { pageInput, pageRange, toPage } from '../page.ts'
import { toTrialListItem, trialInclude } from '../trial/trial-rows.ts'
import { userProcedure } from '../trpc.ts'
import { findSweep } from './lock-sweep.ts'
import { objectiveOf } from './sweep-search.ts'
import { objectiveSql } from './trial-objectives.ts'

const input = pageInput.extend({
  id: z.string(),
  states: z.array(z.enum(jobStates)).min(1).optional(),
  configuration: z.number().int().min(0).optional(),
  /** In the order of launching; or the best first. */
  order: z.enum(['position', 'objective']).default('position'),
})

interface Row {
  trialId: string
  configuration: number
  parameters: Configuration
  objective: number | null
  stopReason: string | null
}

/** A sweep's trials, page by page. */
export const trials = userProcedure.input(input).query(({ ctx: { server }, input: { id, states, configuration, order, ...page } }): Promise<Page<SweepTrialItem>> =>
  atOneMoment(server.db, async (tx) => {
    const sweep = await findSweep(tx, id)
    const objective = objectiveOf(sweep)
    const range = pageRange(page)
    const where = Prisma.sql`
      FROM "SweepTrial" member JOIN "Trial" trial ON trial.id = member."trialId" JOIN "Job" job ON job.id = trial."jobId"
      JOIN "SweepConfiguration" configuration ON configuration."sweepId" = member."sweepId" AND configuration.index = member."configurationIndex"
      WHERE member."sweepId" = ${id}
        AND ${states === undefined ? Prisma.sql`true` : Prisma.sql`job.state::text = ANY(${states})`}
        AND ${configuration === undefined ? Prisma.sql`true` : Prisma.sql`member."configurationIndex" = ${configuration}`}`
    const sorted = order === 'position' ? Prisma.sql`member.position` : Prisma.sql`objective ${Prisma.raw(objective.goal === 'maximize' ? 'DESC' : 'ASC')} NULLS LAST, member.position`
    const rows = await tx.$queryRaw<Row[]>`
      SELECT member."trialId", member."configurationIndex" AS configuration, configuration.parameters, member."stopReason", ${objectiveSql(objective)} AS objective ${where}
      ORDER BY ${sorted} LIMIT ${range.take} OFFSET ${range.skip}`
    const [count] = await tx.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total ${where}`
    const found = new Map((await tx.trial.findMany({ where: { id: { in: rows.map(({ trialId }) => trialId) } }, include: trialInclude })).map((trial) => [trial.id, trial]))
    const items = rows.map(({ trialId, ...row }) => ({ ...toTrialListItem(found.get(trialId)!), ...row }))
    return toPage(items, count!.total, range)
  }),
)
