import { randomUUID } from 'node:crypto'
import { sweepRequestSchema, type MemoryForecast } from '@graft/contracts/sweep'
import { isTerminal } from '@graft/contracts/trial'
import type { Transaction } from '@graft/db/client'
import { enqueue } from '@graft/queue/enqueue'
import { retryJobs } from '@graft/queue/retry'
import { toModelReference } from '../model/weights-info.ts'
import { userProcedure } from '../trpc.ts'
import { forecastSamples } from './forecast-sweep.ts'
import { prepareSweep } from './prepare-sweep.ts'
import { memoryForecast, plannedTrainings, type PlannedTraining } from './training-plans.ts'

/** Asks a worker's planner what a sweep's trials would take of memory, where nobody asked before. `sweep.estimate` and this again tell what came. */
export const plan = userProcedure.input(sweepRequestSchema).mutation(async ({ ctx: { server, caller }, input }): Promise<MemoryForecast> =>
  server.db.$transaction(async (tx) => {
    const samples = await forecastSamples(tx, input, await prepareSweep(tx, input))
    await askFor(tx, plannedTrainings(samples), caller.personId)
    return memoryForecast(tx, samples)
  }),
)

async function askFor(tx: Transaction, wanted: readonly PlannedTraining[], personId: string): Promise<void> {
  const known = await tx.trainingPlan.findMany({ where: { hash: { in: wanted.map(({ hash }) => hash) } }, include: { job: { select: { state: true } } } })
  const missing = wanted.filter(({ hash }) => !known.some((row) => row.hash === hash)).map((training) => ({ ...training, jobId: randomUUID() }))
  await enqueue(tx, missing.map((training) => ({ id: training.jobId, personId, title: `Plan of ${training.model.name} on ${training.version.dataset.name}`, topic: 'job' as const, subjectId: training.hash, payload: payloadOf(training) })))
  await tx.trainingPlan.createMany({ data: missing.map(({ hash, jobId }) => ({ hash, jobId, words: [] })) })
  // One that failed before may succeed on another worker.
  const failed = known.filter(({ job, memoryBytes }) => memoryBytes === null && isTerminal(job.state))
  await retryJobs(tx, failed.map(({ hash, jobId }) => ({ id: jobId, payload: payloadOf(wanted.find((training) => training.hash === hash)!) })))
}

const payloadOf = ({ model, version, recipe }: PlannedTraining) => ({
  kind: 'plan' as const,
  ...toModelReference(model, model.weights),
  recipe,
  images: { train: version.trainCount, validation: version.validationCount, test: version.testCount },
  classes: version.classes.length,
})
