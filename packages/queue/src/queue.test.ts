import { randomUUID } from 'node:crypto'
import { GraftError, toErrorReport } from '@graft/contracts/errors'
import type { AttemptReference, ClaimedJob } from '@graft/contracts/worker-protocol'
import { createChangeTeller, type ChangeTeller } from '@graft/db/change-teller'
import { createNotifications, type Notifications } from '@graft/db/notifications'
import { createTestDatabase, type TestDatabase } from '@graft/db/test-database'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { cancelJobs } from './cancel.ts'
import { createDispatcher, type Dispatcher } from './dispatcher.ts'
import { enqueue } from './enqueue.ts'
import { expireLeases } from './expire-leases.ts'
import { failAttempt } from './fail.ts'
import { finishJob } from './finish.ts'
import { setPriority } from './priority.ts'
import { recordCheckpoint } from './record-checkpoint.ts'
import { recordMetrics } from './record-metrics.ts'
import { releaseJob } from './release.ts'
import { renewLease } from './renew.ts'
import { retryJobs } from './retry.ts'
import { claimAs, importPayload, sha256, trialPayload } from './testing/queue-fixtures.ts'

let database: TestDatabase
let notifications: Notifications
let dispatcher: Dispatcher
let teller: ChangeTeller
let workerId: string
const progress = { stage: 'decode', fraction: 0.5, message: 'half' }
beforeAll(async () => {
  database = await createTestDatabase()
  notifications = createNotifications(database.url)
  teller = createChangeTeller(database.db)
  dispatcher = createDispatcher(database.db, notifications, teller)
  workerId = (await database.db.worker.create({ data: { name: 'one', environment: {} } })).id
})
afterAll(async () => {
  await dispatcher.close()
  await teller.close()
  await notifications.close()
  await database.close()
})
beforeEach(() => database.db.job.deleteMany())

async function add(count = 1, subjectId = 'x'): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID())
  await database.db.$transaction((tx) => enqueue(tx, ids.map((id, index) => ({ id, title: `job ${index}`, payload: importPayload, topic: 'import', subjectId, personId: 'default' }))))
  return ids
}
const claim = async (worker = workerId): Promise<ClaimedJob | null> => (await claimAs(database.db, worker)).job
const referenceOf = (job: ClaimedJob | null): AttemptReference => ({ jobId: job!.jobId, attempt: job!.attempt, workerId })
const stateOf = async (id: string) => database.db.job.findUniqueOrThrow({ where: { id }, include: { attempts: { orderBy: { number: 'asc' } } } })
const waitIsOver = (id: string) => database.db.$transaction([database.db.job.update({ where: { id }, data: { availableAt: new Date(0) } }), database.db.$executeRaw`UPDATE pgboss.job SET start_after = now() - interval '1 second'`])
const runOut = (id: string) => database.db.$executeRaw`UPDATE "Job" SET "leaseUntil" = clock_timestamp() - interval '1 second' WHERE id = ${id}`

test('50 claims at once get 50 different jobs, and the 51st none', async () => {
  const ids = await add(50)
  const jobs = await Promise.all(Array.from({ length: 50 }, async () => (await dispatcher.claim({ workerId, claimId: randomUUID(), kinds: ['import'], waitSeconds: 0 })).job))
  expect(new Set(jobs.map((job) => job!.jobId))).toEqual(new Set(ids))
  expect(jobs.every((job) => job!.attempt === 1)).toBe(true)
  expect(await claim()).toBeNull()
})

test('jobs go in the order in which they were queued, what someone waits for first', async () => {
  const [first, second] = await add(2)
  await database.db.$transaction((tx) => setPriority(tx, [second!], 99))
  expect((await claim())!.jobId).toBe(second)
  expect((await claim())!.jobId).toBe(first)
})

test('a job of another kind is left to others', async () => {
  await add()
  expect(await claimAs(database.db, workerId, ['predict'])).toMatchObject({ job: null, mode: 'ready' })
})

test('nothing is queued by a transaction that rolls back', async () => {
  const attempt = database.db.$transaction(async (tx) => {
    await enqueue(tx, [{ id: randomUUID(), title: 'x', payload: importPayload, topic: 'import', subjectId: 'x', personId: 'default' }])
    throw new Error('no')
  })
  await expect(attempt).rejects.toThrow('no')
  expect(await database.db.job.count()).toBe(0)
})

test('a waiting claim answers as soon as a job is queued', async () => {
  const waiting = dispatcher.claim({ workerId, claimId: randomUUID(), kinds: ['import'], waitSeconds: 20 })
  const [id] = await add()
  expect((await waiting).job!.jobId).toBe(id)
})

test('a waiting claim ends when its time or its caller is gone', async () => {
  expect(await dispatcher.claim({ workerId, claimId: randomUUID(), kinds: ['import'], waitSeconds: 0 })).toMatchObject({ job: null })
  const stop = new AbortController()
  const waiting = dispatcher.claim({ workerId, claimId: randomUUID(), kinds: ['import'], waitSeconds: 20 }, stop.signal)
  stop.abort()
  expect(await waiting).toMatchObject({ job: null })
})

test('a lease that ran out is given to the next, and the first may write nothing more', async () => {
  const [id] = await add()
  const stale = referenceOf(await claim())
  await runOut(id!)
  expect(await expireLeases(database.db)).toBe(1)
  expect(await stateOf(id!)).toMatchObject({ state: 'queued', lostAttempts: 1, leaseUntil: null, attempts: [{ number: 1, state: 'lost' }] })
  const next = await claim()
  expect(next).toMatchObject({ jobId: id, attempt: 2 })
  const error = toErrorReport(new GraftError('internal', 'x'))
  const writes: [string, () => Promise<unknown>][] = [
    ['renew', () => renewLease(database.db, teller, stale, progress)],
    ['metrics', () => recordMetrics(database.db, teller, stale, [])],
    ['checkpoint', () => recordCheckpoint(database.db, stale, sha256)],
    ['finish', () => finishJob(database.db, stale, { kind: 'predict', predictions: [] })],
    ['fail', () => failAttempt(database.db, stale, { error, retryable: true, cause: 'job' })],
    ['release', () => releaseJob(database.db, stale)],
    ['renew by another worker', () => renewLease(database.db, teller, { ...referenceOf(next), workerId: 'someone' }, progress)],
    ['finish of the future', () => finishJob(database.db, { ...stale, attempt: 3 }, { kind: 'predict', predictions: [] })],
    ['renew of no job', () => renewLease(database.db, teller, { ...stale, jobId: 'none' }, progress)],
  ]
  for (const [name, write] of writes) await expect(write(), name).rejects.toMatchObject({ code: 'stale_attempt' })
  expect(await stateOf(id!)).toMatchObject({ state: 'running', attempt: 2 })
})

test('renewing holds the lease and tells the progress', async () => {
  const [id] = await add()
  const reference = referenceOf(await claim())
  await database.db.$executeRaw`UPDATE "Job" SET "leaseUntil" = clock_timestamp() + interval '1 second'`
  expect(await renewLease(database.db, teller, reference, progress)).toEqual({ order: 'continue' })
  const job = await stateOf(id!)
  expect(job.progress).toEqual(progress)
  expect(job.leaseUntil!.getTime() - Date.now()).toBeGreaterThan(20_000)
  expect(await expireLeases(database.db)).toBe(0)
})

test('a job whose workers vanish three times fails, and says so', async () => {
  const [id] = await add()
  for (let round = 0; round < 3; round += 1) {
    await claim()
    await runOut(id!)
    await expireLeases(database.db)
  }
  const job = await stateOf(id!)
  expect(job).toMatchObject({ state: 'failed', attempts: [{ state: 'lost' }, { state: 'lost' }, { state: 'lost' }] })
  expect(job.error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('vanished 3 times') })
})

test('a failure is tried again by the rule of its kind, then final', async () => {
  const [id] = await add()
  const error = toErrorReport(new GraftError('unavailable', 'No network.'))
  await failAttempt(database.db, referenceOf(await claim()), { error, retryable: true, cause: 'job' })
  expect(await stateOf(id!)).toMatchObject({ state: 'queued', error })
  expect((await stateOf(id!)).availableAt.getTime()).toBeGreaterThan(Date.now()) // not before its wait is over
  await waitIsOver(id!)
  await failAttempt(database.db, referenceOf(await claim()), { error, retryable: true, cause: 'job' })
  expect(await stateOf(id!)).toMatchObject({ state: 'failed', error, failedAttempts: 2 })
})

test('a failure that another go cannot mend is final at once', async () => {
  const [id] = await add()
  await failAttempt(database.db, referenceOf(await claim()), { error: toErrorReport(new GraftError('invalid_input', 'One class only.')), retryable: false, cause: 'job' })
  expect(await stateOf(id!)).toMatchObject({ state: 'failed', attempts: [{ state: 'failed', error: { message: 'One class only.' } }] })
})

test('a job that its worker gives back counts as neither lost nor failed', async () => {
  const [id] = await add()
  await releaseJob(database.db, referenceOf(await claim()))
  expect(await stateOf(id!)).toMatchObject({ state: 'queued', lostAttempts: 0, failedAttempts: 0, attempts: [{ state: 'released' }] })
  expect((await claim())!.attempt).toBe(2)
})

test('cancelling takes a running job from its worker, which hears of it', async () => {
  const [running, queued] = await add(2)
  const reference = referenceOf(await claim())
  expect(await database.db.$transaction((tx) => cancelJobs(tx, [running!, queued!]))).toBe(2)
  expect(await renewLease(database.db, teller, reference, progress)).toEqual({ order: 'cancel' })
  await expect(finishJob(database.db, reference, { kind: 'predict', predictions: [] })).rejects.toMatchObject({ code: 'stale_attempt' })
  expect(await database.db.$transaction((tx) => cancelJobs(tx, [running!, queued!]))).toBe(0)
  expect(await claim()).toBeNull()
})

test('only failed and cancelled jobs are retried by hand', async () => {
  const [id] = await add()
  const retry = () => database.db.$transaction((tx) => retryJobs(tx, [{ id: id!, payload: importPayload }]))
  await expect(retry()).rejects.toMatchObject({ code: 'conflict' })
  await claim()
  await expect(retry()).rejects.toMatchObject({ code: 'conflict' })
  await database.db.$transaction((tx) => cancelJobs(tx, [id!]))
  await retry()
  expect((await claim())!.attempt).toBe(2)
})

test('a result of another kind, and metrics of what is no trial, are refused and change nothing', async () => {
  const [id] = await add()
  const reference = referenceOf(await claim())
  await expect(finishJob(database.db, reference, { kind: 'predict', predictions: [] })).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(recordMetrics(database.db, teller, reference, [])).rejects.toMatchObject({ code: 'invalid_input' })
  expect(await stateOf(id!)).toMatchObject({ state: 'running' })
})

test('the last two checkpoints of a trial go to the next attempt, older ones to what the storage may drop', async () => {
  const [id] = await add()
  await database.db.job.update({ where: { id: id! }, data: { kind: 'trial', payload: trialPayload } })
  const reference = referenceOf(await claim())
  const [first, second, third] = ['1', '2', '3'].map((digit) => digit.repeat(64)) as [string, string, string]
  for (const checkpoint of [first, second, second, third]) await recordCheckpoint(database.db, reference, checkpoint)
  await runOut(id!)
  await expireLeases(database.db)
  expect((await claim())!.payload).toMatchObject({ checkpoints: [third, second], recipe: trialPayload.recipe })
  expect(await database.db.leftover.findMany()).toEqual([{ sha256: first }])
  await recordCheckpoint(database.db, { ...reference, attempt: 2 }, first)
  expect(await database.db.leftover.findMany()).toEqual([{ sha256: second }])
})

test('every change is told, to all who listen', async () => {
  const heard: string[] = []
  const connected = new Promise<void>((resolve) => {
    const stop = notifications.subscribe({ change: ({ topic, id }) => heard.push(`${topic} ${id}`), connected: resolve })
    void stop
  })
  await Promise.race([connected, new Promise((resolve) => setTimeout(resolve, 500))]) // another test may have connected it before
  const [id] = await add(1, 'the import')
  await dispatcher.claim({ workerId, claimId: randomUUID(), kinds: ['import'], waitSeconds: 0 })
  await expect.poll(() => heard).toEqual(expect.arrayContaining(['import the import', `job ${id}`, `worker ${workerId}`]))
})
