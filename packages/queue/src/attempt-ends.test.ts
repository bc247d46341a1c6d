import { randomUUID } from 'node:crypto'
import { GraftError, toErrorReport, type ErrorReport } from '@graft/contracts/errors'
import { createTestDatabase, type TestDatabase } from '@graft/db/test-database'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { cancelJobs } from './cancel.ts'
import { claimJob } from './claim.ts'
import { expireLeases } from './expire-leases.ts'
import { failAttempt } from './fail.ts'
import { pruneJobs } from './order-attempts.ts'
import { pauseAttempt, pauseJobs, resumeJobs } from './pause.ts'
import { pruneAttempt } from './prune.ts'
import { recordMetrics } from './record-metrics.ts'
import { releaseJob } from './release.ts'
import { renewLease } from './renew.ts'
import { addJobs, addWorker, claimAs, claimReference, jobOf, quietTeller, runOut, toolsOf, trialPayload } from './testing/queue-fixtures.ts'

let database: TestDatabase
let workerId: string
const progress = { stage: 'training', fraction: 0.5, message: '' }
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.db.job.deleteMany()
  workerId = await addWorker(database.db)
})

const addTrial = async (): Promise<string> => (await addJobs(database.db, 1, { payload: trialPayload, topic: 'trial', subjectId: 't' }))[0]!
const fault = (code: 'diverged' | 'out_of_memory' | 'unavailable', details?: Record<string, unknown>): ErrorReport => toErrorReport(new GraftError(code, `It is ${code}.`, details ? { details } : {}))
const inTransaction = <Answer>(call: (tx: Parameters<typeof pauseJobs>[0]) => Promise<Answer>) => database.db.$transaction(call)

test('a paused job that waits is not claimed until it is resumed', async () => {
  const [id] = await addJobs(database.db)
  expect(await inTransaction((tx) => pauseJobs(tx, [id!]))).toBe(1)
  expect(await jobOf(database.db, id!)).toMatchObject({ state: 'paused', leaseUntil: null })
  expect((await claimAs(database.db, workerId)).job).toBeNull()
  expect(await inTransaction((tx) => resumeJobs(tx, [id!]))).toBe(1)
  expect((await claimAs(database.db, workerId)).job).toMatchObject({ jobId: id, attempt: 1 })
})

test('a running job that is to pause hears it with its renewal and its metrics, and waits from then on', async () => {
  const id = await addTrial()
  const reference = await claimReference(database.db, workerId)
  expect(await inTransaction((tx) => pauseJobs(tx, [id]))).toBe(1)
  expect(await renewLease(database.db, quietTeller, reference, progress)).toEqual({ order: 'pause' })
  await pauseAttempt(database.db, reference, null)
  expect(await jobOf(database.db, id)).toMatchObject({ state: 'paused', order: null, error: null, attempts: [{ state: 'paused' }] })
  await expect(renewLease(database.db, quietTeller, reference, progress)).rejects.toMatchObject({ code: 'stale_attempt' })
  await inTransaction((tx) => resumeJobs(tx, [id]))
  expect((await claimAs(database.db, workerId)).job).toMatchObject({ attempt: 2 })
})

test('a job that is resumed before its worker has stopped just goes on', async () => {
  const id = await addTrial()
  const reference = await claimReference(database.db, workerId)
  await inTransaction((tx) => pauseJobs(tx, [id]))
  expect(await inTransaction((tx) => resumeJobs(tx, [id]))).toBe(1)
  expect(await renewLease(database.db, quietTeller, reference, progress)).toEqual({ order: 'continue' })
})

test.each([
  ['vanishes', 'pause', 'paused', async (id: string) => (await runOut(database.db, id), expireLeases(database.db))],
  ['vanishes', 'prune', 'pruned', async (id: string) => (await runOut(database.db, id), expireLeases(database.db))],
  ['lets go', 'pause', 'paused', (_id: string, reference: Parameters<typeof releaseJob>[1]) => releaseJob(database.db, reference)],
] as const)('a worker that %s before it could obey: the job told to %s is %s', async (_how, order, state, end) => {
  const id = await addTrial()
  const reference = await claimReference(database.db, workerId)
  await inTransaction((tx) => (order === 'pause' ? pauseJobs(tx, [id]) : pruneJobs(tx, [id])))
  await end(id, reference)
  expect(await jobOf(database.db, id)).toMatchObject({ state, order: null })
})

test('a worker whose disk is full pauses the job, with the reason', async () => {
  const id = await addTrial()
  const reason = toErrorReport(new GraftError('disk_full', 'No space left for a checkpoint.'))
  await pauseAttempt(database.db, await claimReference(database.db, workerId), reason)
  expect(await jobOf(database.db, id)).toMatchObject({ state: 'paused', error: reason, attempts: [{ state: 'paused', error: reason }] })
})

test('a pruned trial is over, and its checkpoints may go', async () => {
  const id = await addTrial()
  const reference = await claimReference(database.db, workerId)
  await database.db.job.update({ where: { id }, data: { payload: { ...trialPayload, checkpoints: ['b'.repeat(64)] } as object } })
  expect(await inTransaction((tx) => pruneJobs(tx, [id]))).toBe(1)
  expect(await renewLease(database.db, quietTeller, reference, progress)).toEqual({ order: 'prune' })
  await pruneAttempt(database.db, reference)
  expect(await jobOf(database.db, id)).toMatchObject({ state: 'pruned', attempts: [{ state: 'pruned' }] })
  expect(await database.db.leftover.findMany()).toEqual([{ sha256: 'b'.repeat(64) }])
  expect((await claimAs(database.db, workerId)).job).toBeNull()
})

test('a loss that is not finite ends a trial as diverged, whatever the worker thinks of another go', async () => {
  const id = await addTrial()
  await failAttempt(database.db, await claimReference(database.db, workerId), { error: fault('diverged'), retryable: true, cause: 'job' })
  expect(await jobOf(database.db, id)).toMatchObject({ state: 'diverged', error: { code: 'diverged' }, attempts: [{ state: 'diverged' }] })
})

test('out of memory: one more go, with half of what did not fit at once', async () => {
  const id = await addTrial()
  await failAttempt(database.db, await claimReference(database.db, workerId), { error: fault('out_of_memory', { microbatch: 12 }), retryable: true, cause: 'job' })
  expect(await jobOf(database.db, id)).toMatchObject({ state: 'queued', error: { code: 'out_of_memory' } })
  const again = await claimReference(database.db, workerId)
  expect(again.claimed.payload).toMatchObject({ microbatchLimit: 6 })
  await failAttempt(database.db, again, { error: fault('out_of_memory', { microbatch: 6 }), retryable: true, cause: 'job' })
  expect(await jobOf(database.db, id)).toMatchObject({ state: 'failed', error: { code: 'out_of_memory' }, outOfMemoryAttempts: 2 })
})

test('out of memory without a word on the microbatch: half of the batch', async () => {
  await addTrial()
  await failAttempt(database.db, await claimReference(database.db, workerId), { error: fault('out_of_memory'), retryable: false, cause: 'job' })
  expect((await claimReference(database.db, workerId)).claimed.payload).toMatchObject({ microbatchLimit: 16 })
})

test('three faults of a machine in a row put its worker into quarantine; a job that goes well between ends the row', async () => {
  const ids = await addJobs(database.db, 5)
  const failNode = async () => failAttempt(database.db, await claimReference(database.db, workerId), { error: fault('unavailable'), retryable: true, cause: 'node' })
  await failNode()
  await failNode()
  expect((await claimAs(database.db, workerId)).mode).toBe('ready')
  await database.db.worker.update({ where: { id: workerId }, data: { nodeFaults: 2 } })
  await failNode()
  expect(await claimAs(database.db, workerId)).toMatchObject({ job: null, mode: 'quarantined', reason: expect.stringContaining('3 faults of this machine in a row, the last one: It is unavailable.') })
  // The jobs are not to blame: they wait for another worker.
  const other = await addWorker(database.db)
  const jobs = await database.db.job.findMany({ where: { id: { in: ids } } })
  expect(jobs.every(({ state, failedAttempts }) => state !== 'failed' && failedAttempts === 0)).toBe(true)
  expect((await claimAs(database.db, other)).job).not.toBeNull()
})

test('a job that meets three faults of one machine outlives it: another one does the job', async () => {
  const id = await addTrial()
  for (let round = 0; round < 3; round += 1) await failAttempt(database.db, await claimReference(database.db, workerId), { error: fault('unavailable'), retryable: true, cause: 'node' })
  expect(await claimAs(database.db, workerId)).toMatchObject({ job: null, mode: 'quarantined' })
  expect(await jobOf(database.db, id)).toMatchObject({ state: 'queued', lostAttempts: 3 })
  expect((await claimAs(database.db, await addWorker(database.db))).job).toMatchObject({ jobId: id, attempt: 4 })
})

test('a job that meets a fault on three machines fails, and says so', async () => {
  const id = await addTrial()
  for (let round = 0; round < 3; round += 1) {
    await failAttempt(database.db, await claimReference(database.db, await addWorker(database.db)), { error: fault('unavailable'), retryable: true, cause: 'node' })
  }
  const job = await jobOf(database.db, id)
  expect(job).toMatchObject({ state: 'failed', attempts: [{ state: 'lost' }, { state: 'lost' }, { state: 'lost' }] })
  expect(job.error).toMatchObject({ message: expect.stringContaining('The last one said: It is unavailable.') })
})

test('a draining worker is given nothing, and told why', async () => {
  await addJobs(database.db)
  await database.db.worker.update({ where: { id: workerId }, data: { drainingAt: new Date() } })
  expect(await claimAs(database.db, workerId)).toMatchObject({ job: null, mode: 'draining', reason: expect.any(String) })
})

test('a claim whose answer was lost is answered with the same attempt, until that is over', async () => {
  await addJobs(database.db, 2)
  const claim = { workerId, claimId: randomUUID(), kinds: ['import'] as const }
  const first = await claimJob(toolsOf(database.db), claim)
  expect(await claimJob(toolsOf(database.db), claim)).toEqual(first)
  expect(await database.db.attempt.count()).toBe(1)
  expect((await claimAs(database.db, workerId)).job!.jobId).not.toBe(first.job!.jobId)
  // Nobody else gets it by the same name.
  expect((await claimJob(toolsOf(database.db), { ...claim, workerId: await addWorker(database.db) })).job).toBeNull()
})

test.each([
  ['release', (reference: Parameters<typeof releaseJob>[1]) => releaseJob(database.db, reference)],
  ['fail', (reference: Parameters<typeof releaseJob>[1]) => failAttempt(database.db, reference, { error: fault('unavailable'), retryable: true, cause: 'job' })],
  ['fault', (reference: Parameters<typeof releaseJob>[1]) => failAttempt(database.db, reference, { error: fault('unavailable'), retryable: true, cause: 'node' })],
  ['prune', (reference: Parameters<typeof releaseJob>[1]) => pruneAttempt(database.db, reference)],
  ['pause', (reference: Parameters<typeof releaseJob>[1]) => pauseAttempt(database.db, reference, null)],
])('%s: sent again after a lost answer, it happens once and is answered the same', async (_name, end) => {
  const id = await addTrial()
  const reference = await claimReference(database.db, workerId)
  await end(reference)
  const after = await jobOf(database.db, id)
  await end(reference)
  expect(await jobOf(database.db, id)).toEqual(after)
  expect(await database.db.worker.findUniqueOrThrow({ where: { id: workerId } })).toMatchObject({ nodeFaults: _name === 'fault' ? 1 : 0 })
  // Another way to end it is refused.
  await inTransaction((tx) => cancelJobs(tx, [id]))
  await expect(recordMetrics(database.db, quietTeller, reference, [])).rejects.toMatchObject({ code: 'stale_attempt' })
})

test('jobs go to workers that meet their requirements only', async () => {
  const gibibyte = 2n ** 30n
  const [general] = await addJobs(database.db)
  const [cuda] = await addJobs(database.db, 1, { requirements: { labels: { device: 'cuda', room: 'a' }, memoryBytes: Number(16n * gibibyte) }, priority: 50 })
  const small = await addWorker(database.db, { labels: { device: 'cuda', room: 'a' }, memoryBytes: 8n * gibibyte })
  const elsewhere = await addWorker(database.db, { labels: { device: 'cuda', room: 'b' }, memoryBytes: 80n * gibibyte })
  const right = await addWorker(database.db, { labels: { device: 'cuda', room: 'a', more: 'x' }, memoryBytes: 16n * gibibyte })
  expect((await claimAs(database.db, small)).job!.jobId).toBe(general)
  for (const other of [small, elsewhere, workerId]) expect((await claimAs(database.db, other)).job).toBeNull()
  expect((await claimAs(database.db, right)).job!.jobId).toBe(cuda)
})
