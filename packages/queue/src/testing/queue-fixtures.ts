import { randomUUID } from 'node:crypto'
import type { JobKind, JobPayload } from '@graft/contracts/job'
import { modelDescriptionSchema } from '@graft/contracts/model'
import { seedRecipe } from '@graft/contracts/recipe/presets'
import type { AttemptReference, ClaimedJob, ClaimOutput } from '@graft/contracts/worker-protocol'
import type { ChangeTeller } from '@graft/db/change-teller'
import type { Database } from '@graft/db/client'
import { claimJob, type ClaimTools } from '../claim.ts'
import { createTrialCosts } from '../fair-share.ts'
import { enqueue, type NewJob } from '../enqueue.ts'

/** Names a blob that no storage holds. */
export const sha256 = 'a'.repeat(64)

export const importPayload: JobPayload = { kind: 'import', importId: 'x', name: 'birds', splitRule: 'auto', seed: 0, source: { kind: 'zip', sha256, bytes: 1 } }

/** A trial of which no row but its job is there. */
export const trialPayload: JobPayload & { kind: 'trial' } = {
  kind: 'trial',
  trialId: 't',
  datasetName: 'birds',
  manifest: sha256,
  recipe: seedRecipe,
  seed: 0,
  weights: null,
  model: modelDescriptionSchema.parse({ id: 'm', name: 'M', architecture: 'VGG16', alpha: 1, preprocessing: { mode: 'caffe', inputSize: [32, 32] }, featureLayer: 'block5_pool', pretrained: true, trainedOn: 'x', licence: null, source: null, parameters: 1 }),
}

/** Queues `count` jobs, by default imports of the owner. @returns their ids, in order. */
export async function addJobs(db: Database, count = 1, change: Partial<NewJob> = {}): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID())
  const jobs = ids.map((id, index): NewJob => ({ id, title: `job ${index}`, payload: importPayload, topic: 'import', subjectId: 'x', personId: 'default', ...change }))
  await db.$transaction((tx) => enqueue(tx, jobs))
  return ids
}

export const addWorker = async (db: Database, data: { labels?: object; memoryBytes?: bigint; name?: string } = {}): Promise<string> =>
  (await db.worker.create({ data: { name: 'one', environment: {}, ...data } })).id

/** Tells nobody. */
export const quietTeller: ChangeTeller = { tell: () => {}, close: () => Promise.resolve() }

export const toolsOf = (db: Database): ClaimTools => ({ db, costs: createTrialCosts(), teller: quietTeller })

/** One claim of a worker, by a name of its own. */
export const claimAs = (db: Database, workerId: string, kinds: readonly JobKind[] = ['import', 'trial']): Promise<ClaimOutput> => claimJob(toolsOf(db), { workerId, claimId: randomUUID(), kinds })

/** Claims a job that must be there. */
export async function claimReference(db: Database, workerId: string): Promise<AttemptReference & { claimed: ClaimedJob }> {
  const { job } = await claimAs(db, workerId)
  if (job === null) throw new Error('No job waits.')
  return { jobId: job.jobId, attempt: job.attempt, workerId, claimed: job }
}

/** Its job with its attempts, in order. */
export const jobOf = (db: Database, id: string) => db.job.findUniqueOrThrow({ where: { id }, include: { attempts: { orderBy: { number: 'asc' } } } })

/** What passing time does to a lease. */
export const runOut = (db: Database, id: string): Promise<number> => db.$executeRaw`UPDATE "Job" SET "leaseUntil" = clock_timestamp() - interval '1 second' WHERE id = ${id}`
