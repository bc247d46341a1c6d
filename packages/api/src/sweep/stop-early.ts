import { recipeSchema } from '@graft/contracts/recipe'
import { isTerminal, type JobState, type MetricPoint } from '@graft/contracts/trial'
import type { Database } from '@graft/db/client'
import type { Prisma } from '@graft/db/generated/client'
import { notifyChange } from '@graft/db/notifications'
import { pruneJobs } from '@graft/queue/order-attempts'
import { stopReason } from '@graft/search/stopping/stop-reason'
import type { CurvePoint, TrialRecord } from '@graft/search/trial-record'
import type { CurveCache } from './curve-cache.ts'
import { objectiveOf, searchOf } from './sweep-search.ts'

const include = { trial: { include: { recipe: true } }, sweep: true } satisfies Prisma.SweepTrialInclude
type Member = Prisma.SweepTrialGetPayload<{ include: typeof include }>

/**
 * Asks the stopping rules about a trial after new epochs. It is told to stop where every sweep that goes on with it has a rule that
 * says so: one that wants the whole trial keeps it running. The reason is kept with the sweep's trial.
 *
 * @returns whether it was told to stop.
 */
export async function stopEarly(db: Database, cache: CurveCache, jobId: string, points: readonly MetricPoint[]): Promise<boolean> {
  if (cache.isWhole(jobId) || !points.some(({ name }) => name.startsWith('validation/'))) return false
  const members = await db.sweepTrial.findMany({ where: { trial: { jobId }, sweep: { state: { in: ['running', 'paused'] } } }, include })
  if (members.some(({ sweep }) => searchOf(sweep)?.stopping === undefined)) cache.noteWhole(jobId)
  const reasons: { sweepId: string; configurationIndex: number; trialId: string; reason: string }[] = []
  for (const member of members) {
    const reason = await reasonToStop(db, cache, member, points)
    if (reason === null) return false
    reasons.push({ sweepId: member.sweepId, configurationIndex: member.configurationIndex, trialId: member.trialId, reason })
  }
  if (reasons.length === 0) return false
  return db.$transaction(async (tx) => {
    for (const { reason, ...key } of reasons) await tx.sweepTrial.update({ where: { sweepId_trialId_configurationIndex: key }, data: { stopReason: reason } })
    await notifyChange(tx, ...reasons.map(({ sweepId }) => ({ topic: 'sweep' as const, id: sweepId })))
    return (await pruneJobs(tx, [jobId])) > 0
  })
}

async function reasonToStop(db: Database, cache: CurveCache, member: Member, points: readonly MetricPoint[]): Promise<string | null> {
  const search = searchOf(member.sweep)
  const objective = objectiveOf(member.sweep)
  const news = points.filter(({ name }) => name === objective.metric)
  if (search?.stopping === undefined || news.length === 0) return null
  const history = await comparable(db, cache, member)
  const trial = history.find(({ index }) => index === member.configurationIndex)
  if (trial === undefined) return null
  const maximumEpochs = recipeSchema.parse(member.trial.recipe.content).phases.reduce((sum, { epochs }) => sum + epochs, 0)
  const since = Math.min(...news.map(({ step }) => step)) - 1
  // An epoch may be told again after a lost answer, and the last one needs no stopping.
  if ((trial.steps?.at(-1)?.step ?? 0) >= maximumEpochs) return null
  return stopReason({ stopping: search.stopping, objective, trial, history, maximumEpochs, since })
}

interface Row {
  index: number
  trialId: string
  state: JobState
  attempt: number
}

/**
 * The curves of the sweep's trials that this one can be compared with: of the same seed, on the same dataset and model but for those
 * that the search chooses. One a configuration.
 */
async function comparable(db: Database, cache: CurveCache, { sweep, trial }: Member): Promise<TrialRecord[]> {
  const space = searchOf(sweep)?.space.parameters ?? {}
  const rows = await db.$queryRaw<Row[]>`
    SELECT member."configurationIndex" AS index, trial.id AS "trialId", job.state, job.attempt
    FROM "SweepTrial" member JOIN "Trial" trial ON trial.id = member."trialId" JOIN "Job" job ON job.id = trial."jobId"
    WHERE member."sweepId" = ${sweep.id} AND trial.seed = ${trial.seed} AND job.state <> 'queued'
      AND (${space['dataset'] !== undefined} OR trial."versionId" = ${trial.versionId})
      AND (${space['model'] !== undefined} OR trial."modelId" = ${trial.modelId})
    ORDER BY member."configurationIndex"`
  const keyOf = ({ trialId, attempt }: Row): string => `${trialId} ${attempt}`
  const unknown = rows.filter((row) => cache.read(sweep.id, keyOf(row)) === undefined)
  const read = await readCurves(db, unknown.map(({ trialId }) => trialId), objectiveOf(sweep).metric)
  for (const row of unknown) if (isTerminal(row.state)) cache.write(sweep.id, keyOf(row), read.get(row.trialId) ?? [])
  return rows.map((row) => ({ index: row.index, configuration: {}, state: recordState(row.state), value: null, steps: read.get(row.trialId) ?? cache.read(sweep.id, keyOf(row)) ?? [] }))
}

async function readCurves(db: Database, trialIds: readonly string[], metric: string): Promise<Map<string, CurvePoint[]>> {
  const rows = await db.$queryRaw<{ trialId: string; steps: number[]; values: number[] }[]>`
    SELECT "trialId", array_agg(step ORDER BY step) AS steps, array_agg(value ORDER BY step) AS values
    FROM "EpochMetric" WHERE "trialId" = ANY(${[...trialIds]}::text[]) AND name = ${metric} GROUP BY "trialId"`
  return new Map(rows.map(({ trialId, steps, values }) => [trialId, steps.map((step, at) => ({ step, value: values[at]! }))]))
}

/** As a search knows states: what waits, is paused or runs has not ended; what was cancelled says as little as what failed. */
function recordState(state: JobState): TrialRecord['state'] {
  if (!isTerminal(state)) return 'running'
  return state === 'finished' || state === 'pruned' || state === 'diverged' ? state : 'failed'
}
