import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobPayload, JobResult } from '@graft/contracts/job'
import { createChangeTeller, type ChangeTeller } from '@graft/db/change-teller'
import { createDatabaseClient, type Database } from '@graft/db/client'
import { toDatabaseError } from '@graft/db/database-errors'
import { startEmbedded, type EmbeddedPostgres } from '@graft/db/embedded'
import { migrate } from '@graft/db/migrate'
import { createNotifications, type Notifications } from '@graft/db/notifications'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { claimJob } from './claim.ts'
import { createDispatcher, type Dispatcher } from './dispatcher.ts'
import { expireLeases } from './expire-leases.ts'
import { finishJob } from './finish.ts'
import { recordMetrics } from './record-metrics.ts'
import { renewLease } from './renew.ts'
import { startCutProxy } from './testing/cut-proxy.ts'
import { addJobs, addWorker, claimAs, claimReference, jobOf, quietTeller, toolsOf, trialPayload } from './testing/queue-fixtures.ts'

// A PostgreSQL of its own, that writes to disk as a real one does, and is killed with -9.
let folder: string
let cluster: EmbeddedPostgres
let db: Database
let notifications: Notifications
let teller: ChangeTeller
let dispatcher: Dispatcher
let workerId: string
const progress = { stage: 'training', fraction: 0.5, message: '' }
/** A prediction of which no row but its job is there: the shortest job that has a result. */
const { kind: _kind, manifest: _manifest, ...point } = trialPayload
const anImage: JobPayload = {
  kind: 'predict',
  trained: { ...point, datasetVersion: 'a'.repeat(64), classes: ['x', 'y'], trainedWeights: 'a'.repeat(64) },
  images: [{ path: 'x.jpg', sha256: 'a'.repeat(64), bytes: 1 }],
}
const noPredictions: JobResult = { kind: 'predict', predictions: [] }

const start = () => startEmbedded({ dataDir: path.join(folder, 'data'), database: 'graft', port: cluster?.port ?? 0 })
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'graft-faults-'))
  chmodSync(folder, 0o755)
  cluster = await start()
  await migrate(cluster.url)
  db = createDatabaseClient(cluster.url)
  await db.$executeRaw`ALTER TABLE "EpochMetric" DROP CONSTRAINT "EpochMetric_trialId_fkey"` // of these trials only the jobs are there
  notifications = createNotifications(cluster.url)
  teller = createChangeTeller(db)
  dispatcher = createDispatcher(db, notifications, teller)
})
afterAll(async () => {
  await dispatcher.close()
  await teller.close()
  await notifications.close()
  await db.$disconnect()
  await cluster.stop()
  rmSync(folder, { recursive: true })
})
beforeEach(async () => {
  await db.job.deleteMany()
  await db.$executeRaw`DELETE FROM pgboss.job`
  workerId = await addWorker(db)
})
afterEach(() => void vi.useRealTimers())

/** Kills PostgreSQL with -9; `away` happens without it. */
async function without(away: () => Promise<void>): Promise<void> {
  process.kill(cluster.pid, 'SIGKILL')
  // Its sessions' processes end once they notice.
  await expect.poll(() => db.$queryRaw`SELECT 1`.then(() => 'answers', () => 'away'), { timeout: 20_000 }).toBe('away')
  await away()
  cluster = await start()
  expect(cluster.reused).toBe(false)
}

/** The database does not answer, or no more: what a worker or a page is told until it does. */
async function expectAway(call: () => Promise<unknown>): Promise<void> {
  const error = await call().then(
    () => null,
    (thrown: unknown) => toDatabaseError(thrown),
  )
  expect(error).toMatchObject({ code: 'unavailable' })
}

/** Tried again while the database is away, as workers do. */
async function retried<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if ((toDatabaseError(error) as { code?: string }).code !== 'unavailable') throw error
      await sleep(100)
    }
  }
}

const addTrial = async (): Promise<string> => (await addJobs(db, 1, { payload: trialPayload, topic: 'trial', subjectId: 't' }))[0]!
const addPrediction = async (): Promise<string> => (await addJobs(db, 1, { payload: anImage, topic: 'job', subjectId: 'p' }))[0]!
const claimPrediction = async (database = db, claimId: string = randomUUID()) => claimJob(toolsOf(database), { workerId, claimId, kinds: ['predict'] })

test('PostgreSQL killed and restarted: what was committed is there, the attempt goes on and ends, claims that wait hear of new jobs', async () => {
  const id = await addTrial()
  const reference = await claimReference(db, workerId)
  await db.$executeRaw`UPDATE "Job" SET "leaseUntil" = clock_timestamp() + interval '10 minutes' WHERE id = ${id}` // however long this machine takes to restart it
  const waiting = addWorker(db).then((worker) => retried(() => dispatcher.claim({ workerId: worker, claimId: randomUUID(), kinds: ['trial'], waitSeconds: 25 })))
  await expect.poll(() => db.$queryRaw`SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`, { timeout: 20_000 }).toHaveLength(1)
  await without(async () => expectAway(() => renewLease(db, quietTeller, reference, progress)))
  expect(await retried(() => renewLease(db, quietTeller, reference, progress))).toEqual({ order: 'continue' })
  expect(await jobOf(db, id)).toMatchObject({ state: 'running', attempt: 1, lostAttempts: 0 })
  const next = await addTrial()
  expect((await waiting).job).toMatchObject({ jobId: next, attempt: 1 })
})

test('PostgreSQL away for longer than a lease, and the worker is the first to come back: it goes on', async () => {
  const id = await addTrial()
  const reference = await claimReference(db, workerId)
  await db.$executeRaw`UPDATE "Job" SET "leaseUntil" = clock_timestamp() + interval '1 second' WHERE id = ${id}`
  await without(() => sleep(1500))
  expect(await retried(() => renewLease(db, quietTeller, reference, progress))).toEqual({ order: 'continue' })
  expect(await expireLeases(db)).toBe(0)
  expect(await jobOf(db, id)).toMatchObject({ state: 'running', attempt: 1 })
})

test('PostgreSQL away for longer than a lease, and the server is the first to come back: the job goes to the next, once', async () => {
  const id = await addTrial()
  const reference = await claimReference(db, workerId)
  await db.$executeRaw`UPDATE "Job" SET "leaseUntil" = clock_timestamp() + interval '1 second' WHERE id = ${id}`
  await without(() => sleep(1500))
  expect(await retried(() => expireLeases(db))).toBe(1)
  await expect(renewLease(db, quietTeller, reference, progress)).rejects.toMatchObject({ code: 'stale_attempt' })
  await expect(recordMetrics(db, quietTeller, reference, [])).rejects.toMatchObject({ code: 'stale_attempt' })
  expect((await claimAs(db, await addWorker(db))).job).toMatchObject({ jobId: id, attempt: 2 })
  expect((await claimAs(db, workerId)).job).toBeNull()
})

test('a claim that PostgreSQL was killed under either happened or did not: asked again, it has one attempt', async () => {
  await addPrediction()
  const claimId = randomUUID()
  const killedUnder = retried(() => claimPrediction(db, claimId))
  await without(() => sleep(100))
  expect((await killedUnder).job).toMatchObject({ attempt: 1 })
  expect(await db.attempt.count({ where: { workerId } })).toBe(1)
})

test('committed, but the answer lost: the claim is given its attempt again', async () => {
  const id = await addPrediction()
  const line = await startCutProxy(cluster.url)
  const far = createDatabaseClient(line.url)
  const claimId = randomUUID()
  await retried(() => far.job.count())
  line.loseNextCommit()
  await expectAway(() => claimPrediction(far, claimId))
  expect(line.lost()).toBe(1)
  expect(await jobOf(db, id)).toMatchObject({ state: 'running', attempt: 1 })
  expect((await retried(() => claimPrediction(far, claimId))).job).toMatchObject({ jobId: id, attempt: 1 })
  expect(await db.attempt.count({ where: { jobId: id } })).toBe(1)
  await far.$disconnect()
  await line.close()
})

test('committed, but the answer lost: the result and the metrics are there once, and sent again they are answered the same', async () => {
  const line = await startCutProxy(cluster.url)
  const far = createDatabaseClient(line.url)
  const id = await addPrediction()
  const { job } = await claimPrediction()
  const reference = { jobId: id, attempt: job!.attempt, workerId }
  await retried(() => far.job.count())
  line.loseNextCommit()
  await expectAway(() => finishJob(far, reference, noPredictions))
  expect(line.lost()).toBe(1)
  const finished = await jobOf(db, id)
  expect(finished).toMatchObject({ state: 'finished', attempts: [{ state: 'finished' }] })
  await retried(() => finishJob(far, reference, noPredictions))
  expect(await jobOf(db, id)).toEqual(finished)
  const trial = await addTrial()
  const training = await claimReference(db, workerId)
  line.loseNextCommit('statement')
  const loss = { step: 1, name: 'train/loss' as const, value: 0.5 }
  await expectAway(() => recordMetrics(far, quietTeller, training, [loss]))
  expect(line.lost()).toBe(2)
  expect(await retried(() => recordMetrics(far, quietTeller, training, [loss]))).toBe('continue')
  expect(await jobOf(db, trial)).toMatchObject({ state: 'running', attempt: 1 })
  expect(await db.epochMetric.findMany({ where: { trialId: 't' } })).toMatchObject([loss])
  await far.$disconnect()
  await line.close()
})

test.each([['fast', 1], ['slow', -1]])('a server whose clock is an hour %s: leases, delays and expiry go by the database’s', async (_name, hours) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 })
  const id = await addTrial()
  const reference = await claimReference(db, workerId)
  expect(await renewLease(db, quietTeller, reference, progress)).toEqual({ order: 'continue' })
  expect(await expireLeases(db)).toBe(0)
  const left = await db.$queryRaw<{ seconds: number }[]>`SELECT extract(epoch FROM "leaseUntil" - clock_timestamp())::float8 AS seconds FROM "Job" WHERE id = ${id}`
  expect(left[0]!.seconds).toBeGreaterThan(20)
  expect(left[0]!.seconds).toBeLessThanOrEqual(30)
  await db.$executeRaw`UPDATE "Job" SET "leaseUntil" = clock_timestamp() - interval '1 second' WHERE id = ${id}`
  expect(await expireLeases(db)).toBe(1)
  // Queued again at once: neither an hour later nor, in the database's eyes, an hour ago.
  expect((await claimAs(db, workerId)).job).toMatchObject({ attempt: 2 })
})
