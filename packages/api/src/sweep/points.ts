import { isLogarithmic, parameterBounds, type Configuration, type Parameter, type SearchSpace } from '@graft/contracts/search-space'
import type { SweepParameter, SweepPoint, SweepPoints } from '@graft/contracts/sweep-results'
import type { JobState } from '@graft/contracts/trial'
import type { Statement } from '@graft/db/statements'
import { z } from 'zod'
import { plainJson } from '../transformer.ts'
import { userProcedure } from '../trpc.ts'
import { findSweep } from './lock-sweep.ts'
import { objectiveOf, searchOf } from './sweep-search.ts'

interface Row {
  trialId: string
  configuration: number
  parameters: Configuration
  dataset: string
  model: string
  seed: number
  state: JobState
  objective: number | null
  testAccuracy: number | null
  seconds: number | null
  epochs: number
}

const statementFor = (best: 'max' | 'min'): Statement => ({
  name: `sweep-points-${best}`,
  text: `
    SELECT member."trialId", member."configurationIndex" AS configuration, configuration.parameters, dataset.name AS dataset, trial."modelId" AS model, trial.seed, job.state,
      COALESCE(curve.best, (trial.summary -> 'validation' ->> $3)::double precision) AS objective,
      trial."testAccuracy", trial.seconds, COALESCE(curve.epochs, (trial.summary ->> 'epochs')::int, 0) AS epochs
    FROM "SweepTrial" member
    JOIN "SweepConfiguration" configuration ON configuration."sweepId" = member."sweepId" AND configuration.index = member."configurationIndex"
    JOIN "Trial" trial ON trial.id = member."trialId" JOIN "Job" job ON job.id = trial."jobId"
    JOIN "DatasetVersion" version ON version.id = trial."versionId" JOIN "Dataset" dataset ON dataset.id = version."datasetId"
    LEFT JOIN LATERAL (SELECT ${best}(value) AS best, max(step) AS epochs FROM "EpochMetric" metric WHERE metric."trialId" = trial.id AND metric.name = $2) curve ON true
    WHERE member."sweepId" = $1
    ORDER BY member.position`,
})
const highest = statementFor('max')
const lowest = statementFor('min')

/** Every trial of a sweep as a point, in one query. */
export const points = userProcedure.input(z.object({ id: z.string() })).query(async ({ ctx: { server }, input }): Promise<SweepPoints> => {
  const sweep = await findSweep(server.db, input.id)
  const objective = objectiveOf(sweep)
  const field = objective.metric === 'validation/loss' ? 'loss' : 'accuracy'
  const rows = await server.db.statements.rows<Row>(objective.goal === 'maximize' ? highest : lowest, [sweep.id, objective.metric, field])
  const space = searchOf(sweep)?.space ?? { parameters: {} }
  const names = Object.keys(space.parameters)
  return plainJson({ parameters: toParameters(space), objective, trials: rows.map(({ parameters, ...row }): SweepPoint => ({ ...row, values: names.map((name) => parameters[name] ?? null) })) })
})

const toParameters = ({ parameters }: SearchSpace): SweepParameter[] => Object.entries(parameters).map(([name, parameter]) => ({ name, ...scaleOf(parameter) }))

function scaleOf(parameter: Parameter): Omit<SweepParameter, 'name'> {
  if ('value' in parameter) return { scale: 'categorical', range: null, values: [parameter.value] }
  if ('values' in parameter) return { scale: 'categorical', range: null, values: parameter.values }
  return { scale: isLogarithmic(parameter) ? 'logarithmic' : 'linear', range: [...parameterBounds(parameter)], values: null }
}
