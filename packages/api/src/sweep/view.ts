import { jobStates, type JobState } from '@graft/contracts/trial'
import { recipeSchema } from '@graft/contracts/recipe'
import type { SweepSummary } from '@graft/contracts/views'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { Sweep } from '@graft/db/generated/client'
import { countOnlineWorkers } from '../worker/online-workers.ts'

/** Sweeps with the counts of their trials by state and the time left, counted by the database. */
export async function summarizeSweeps(db: DatabaseOrTransaction, sweeps: readonly Sweep[]): Promise<SweepSummary[]> {
  const groups = await db.$queryRaw<{ sweepId: string; state: JobState; count: number; seconds: number | null }[]>`
    SELECT member."sweepId", job.state, count(*)::int AS count, avg(trial.seconds) AS seconds
    FROM "SweepTrial" member JOIN "Trial" trial ON trial.id = member."trialId" JOIN "Job" job ON job.id = trial."jobId"
    WHERE member."sweepId" = ANY(${sweeps.map(({ id }) => id)}::text[])
    GROUP BY member."sweepId", job.state`
  const workers = await countOnlineWorkers(db)
  return sweeps.map((sweep) => {
    const own = groups.filter(({ sweepId }) => sweepId === sweep.id)
    const counts = Object.fromEntries(jobStates.map((state) => [state, own.find((group) => group.state === state)?.count ?? 0])) as Record<JobState, number>
    const open = counts.queued + counts.running + counts.paused
    const secondsEach = own.find(({ state }) => state === 'finished')?.seconds ?? null
    return {
      id: sweep.id,
      name: sweep.name,
      createdAt: sweep.createdAt,
      datasets: sweep.datasets,
      models: sweep.models,
      recipeName: recipeSchema.parse(sweep.recipe).name,
      seeds: sweep.seeds,
      counts,
      secondsLeft: open === 0 ? 0 : secondsEach === null ? null : (open * secondsEach) / Math.max(1, Math.min(workers, open)),
    }
  })
}
