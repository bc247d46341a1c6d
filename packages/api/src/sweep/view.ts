import { jobStates, type JobState } from '@graft/contracts/trial'
import { recipeSchema } from '@graft/contracts/recipe'
import type { SweepSummary } from '@graft/contracts/views'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { Prisma, Sweep } from '@graft/db/generated/client'
import { countOnlineSlots } from '../worker/online-workers.ts'
import { searchOf } from './sweep-search.ts'

/** What is read with a sweep wherever it is shown. */
export const sweepInclude = { person: { select: { name: true } } } satisfies Prisma.SweepInclude
export type SweepRow = Prisma.SweepGetPayload<{ include: typeof sweepInclude }>

/** Sweeps with the counts of their trials by state, how far they are and the time left, counted by the database. */
export async function summarizeSweeps(db: DatabaseOrTransaction, sweeps: readonly SweepRow[]): Promise<SweepSummary[]> {
  const groups = await db.$queryRaw<{ sweepId: string; state: JobState; count: number; secondsEach: number | null }[]>`
    SELECT member."sweepId", job.state, count(*)::int AS count, avg(trial.seconds) AS "secondsEach"
    FROM "SweepTrial" member JOIN "Trial" trial ON trial.id = member."trialId" JOIN "Job" job ON job.id = trial."jobId"
    WHERE member."sweepId" = ANY(${sweeps.map(({ id }) => id)}::text[])
    GROUP BY member."sweepId", job.state`
  const slots = await countOnlineSlots(db)
  return sweeps.map((sweep) => {
    const own = groups.filter(({ sweepId }) => sweepId === sweep.id)
    const counts = Object.fromEntries(jobStates.map((state) => [state, own.find((group) => group.state === state)?.count ?? 0])) as Record<JobState, number>
    const secondsEach = own.find(({ state }) => state === 'finished')?.secondsEach ?? null
    const search = searchOf(sweep)
    const { open, fraction } = remaining(sweep, counts)
    return {
      id: sweep.id,
      name: sweep.name,
      state: sweep.state,
      launchedBy: sweep.person.name,
      priority: sweep.priority,
      createdAt: sweep.createdAt,
      endedAt: sweep.endedAt,
      datasets: sweep.datasets,
      models: sweep.models,
      recipeName: recipeSchema.parse(sweep.recipe).name,
      seeds: sweep.seeds,
      method: search?.method ?? null,
      counts,
      fraction,
      secondsLeft: open === 0 ? 0 : secondsEach === null || open === null ? null : (open * secondsEach) / Math.max(1, Math.min(slots, open)),
    }
  })
}

/** Trials still to be trained (null where a search has no limit of trials) and how far the sweep is by trials. */
function remaining(sweep: Sweep, counts: Record<JobState, number>): { open: number | null; fraction: number } {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const open = counts.queued + counts.running + counts.paused
  if (sweep.state === 'finished' || sweep.state === 'cancelled') return { open, fraction: 1 }
  const planned = sweep.exhausted !== null ? null : searchOf(sweep)?.budget?.trials
  const expected = Math.max(total, planned ?? 0)
  const isOpenEnded = sweep.search !== null && sweep.exhausted === null && planned === undefined
  return { open: isOpenEnded ? null : expected - total + open, fraction: expected === 0 ? 0 : (total - open) / expected }
}
