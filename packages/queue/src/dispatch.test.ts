import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { createChangeTeller, type ChangeTeller } from '@graft/db/change-teller'
import { createNotifications, type Notifications } from '@graft/db/notifications'
import { createTestDatabase, type TestDatabase } from '@graft/db/test-database'
import PgBoss from 'pg-boss'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { cancelJobs } from './cancel.ts'
import { claimJob } from './claim.ts'
import { createDispatcher, type Dispatcher } from './dispatcher.ts'
import { enqueue } from './enqueue.ts'
import { expireLeases } from './expire-leases.ts'
import { healDispatch } from './heal-dispatch.ts'
import { pauseJobs } from './pause.ts'
import { setPriority } from './priority.ts'
import { addJobs, addWorker, claimAs, claimReference, jobOf, runOut, toolsOf, trialPayload } from './testing/queue-fixtures.ts'

let database: TestDatabase
let notifications: Notifications
let teller: ChangeTeller
let dispatcher: Dispatcher
let workerId: string
beforeAll(async () => {
  database = await createTestDatabase()
  notifications = createNotifications(database.url)
  teller = createChangeTeller(database.db)
  dispatcher = createDispatcher(database.db, notifications, teller)
})
afterAll(async () => {
  await dispatcher.close()
  await teller.close()
  await notifications.close()
  await database.close()
})
beforeEach(async () => {
  await database.db.job.deleteMany()
  await database.db.$executeRaw`DELETE FROM pgboss.job`
  await database.db.auditEntry.deleteMany()
  await database.db.person.deleteMany({ where: { id: { not: 'default' } } })
  workerId = await addWorker(database.db)
})

interface Delivery { id: string; name: string; priority: number; state: string; jobId: string }
const deliveries = () => database.db.$queryRaw<Delivery[]>`SELECT id::text, name, priority, state::text, data ->> 'jobId' AS "jobId" FROM pgboss.job ORDER BY created_on, id`
const addPerson = async (data: { weight?: number; maximumRunning?: number; maximumQueued?: number } = {}): Promise<string> => (await database.db.person.create({ data: { name: randomUUID(), ...data } })).id
const addTrials = (personId: string, count = 1, priority = 0): Promise<string[]> => addJobs(database.db, count, { payload: trialPayload, topic: 'trial', subjectId: 't', personId, priority })

test('the migration made the schema that this pg-boss wants', async () => {
  const { schema } = createRequire(import.meta.url)('pg-boss/version.json') as { schema: number }
  expect(await database.db.$queryRaw`SELECT version FROM pgboss.version`).toEqual([{ version: schema }])
  expect(PgBoss.getConstructionPlans('pgboss')).toContain(`VALUES ('${schema}')`)
})

test('a delivery is sent with the row and never without it', async () => {
  const attempt = database.db.$transaction(async (tx) => {
    await enqueue(tx, [{ id: randomUUID(), title: 'x', payload: trialPayload, topic: 'trial', subjectId: 't', personId: 'default' }])
    throw new Error('no')
  })
  await expect(attempt).rejects.toThrow('no')
  expect(await deliveries()).toEqual([])
  const [id] = await addTrials('default')
  const [delivery] = await deliveries()
  expect(delivery).toMatchObject({ jobId: id, state: 'created', name: 'trial_default' })
  expect(await jobOf(database.db, id!)).toMatchObject({ dispatchId: delivery!.id, queue: 'trial_default' })
})

test('what is claimed, cancelled or paused is delivered no more', async () => {
  const ids = await addJobs(database.db, 3)
  await claimAs(database.db, workerId)
  expect(await deliveries()).toHaveLength(2)
  await database.db.$transaction((tx) => cancelJobs(tx, [ids[1]!]))
  await database.db.$transaction((tx) => pauseJobs(tx, [ids[2]!]))
  expect(await deliveries()).toEqual([])
})

test('a delivery twice, of a job that runs, and of one that never was, do nothing', async () => {
  const [id] = await addTrials('default')
  const running = await claimReference(database.db, workerId)
  await database.db.$executeRaw`INSERT INTO pgboss.job (name, data) VALUES ('trial_default', ${{ jobId: id }}), ('trial_default', '{"jobId":"none"}')`
  expect((await claimAs(database.db, workerId)).job).toBeNull()
  const [next] = await addTrials('default')
  await database.db.$executeRaw`INSERT INTO pgboss.job (name, data, priority) VALUES ('trial_default', ${{ jobId: id }}, 5), ('trial_default', ${{ jobId: next }}, 5), ('trial_default', '{}', 5)`
  expect((await claimAs(database.db, workerId)).job).toMatchObject({ jobId: next, attempt: 1 })
  expect(await deliveries()).toEqual([])
  expect(await jobOf(database.db, id!)).toMatchObject({ state: 'running', attempt: running.attempt })
})

test('the same job delivered to 50 claimers is started once', async () => {
  const [id] = await addTrials('default')
  const { dispatchId } = await jobOf(database.db, id!)
  for (let copy = 0; copy < 49; copy += 1) await database.db.$executeRaw`INSERT INTO pgboss.job (name, data) VALUES ('trial_default', ${{ jobId: id }})`
  const answers = await Promise.all(Array.from({ length: 50 }, async () => dispatcher.claim({ workerId: await addWorker(database.db), claimId: randomUUID(), kinds: ['trial'], waitSeconds: 0 })))
  expect(answers.filter(({ job }) => job !== null)).toHaveLength(1)
  expect(dispatchId).not.toBeNull()
  expect(await jobOf(database.db, id!)).toMatchObject({ state: 'running', attempt: 1, attempts: [{ number: 1 }] })
})

test('lost deliveries are sent again, and those that nothing waits for removed', async () => {
  const ids = await addTrials('default', 3)
  await claimAs(database.db, workerId)
  // As after a restore of tables that are not of one moment.
  await database.db.$executeRaw`DELETE FROM pgboss.job WHERE data ->> 'jobId' = ${ids[1]}`
  await database.db.$executeRaw`UPDATE pgboss.job SET state = 'active' WHERE data ->> 'jobId' = ${ids[2]}`
  await database.db.$executeRaw`INSERT INTO pgboss.job (name, data) VALUES ('trial_default', ${{ jobId: ids[0] }})`
  expect((await claimAs(database.db, workerId)).job).toBeNull()
  expect(await healDispatch(database.db)).toBe(2)
  expect((await deliveries()).map(({ jobId }) => jobId)).toEqual([ids[1], ids[2]])
  expect(await healDispatch(database.db)).toBe(0)
  expect((await claimAs(database.db, workerId)).job!.jobId).toBe(ids[1])
})

test('jobs that were queued before there was pg-boss are sent', async () => {
  const { id } = await database.db.job.create({ data: { kind: 'trial', priority: 0, title: 'old', payload: trialPayload, topic: 'trial', subjectId: 't' } })
  expect(await healDispatch(database.db)).toBe(1)
  expect((await claimAs(database.db, workerId)).job!.jobId).toBe(id)
})

test('of one person’s: by priority, what was interrupted first, then in the order in which they were queued', async () => {
  const [first, second, third] = await addTrials('default', 3)
  const [urgent] = await addTrials('default', 1, 10)
  expect((await claimAs(database.db, workerId)).job!.jobId).toBe(urgent)
  const { jobId } = await claimReference(database.db, workerId)
  expect(jobId).toBe(first)
  await runOut(database.db, jobId)
  await expireLeases(database.db)
  expect((await claimAs(database.db, workerId)).job!.jobId).toBe(first)
  await database.db.$transaction((tx) => setPriority(tx, [third!], 1))
  expect((await claimAs(database.db, workerId)).job!.jobId).toBe(third)
  expect((await claimAs(database.db, workerId)).job!.jobId).toBe(second)
})

test('people take turns by their weights, whoever queued first', async () => {
  const [ann, bob] = [await addPerson(), await addPerson({ weight: 2 })]
  await addTrials(ann, 9)
  await addTrials(bob, 9)
  const tools = toolsOf(database.db)
  const owners: string[] = []
  for (let turn = 0; turn < 9; turn += 1) {
    const { job } = await claimJob(tools, { workerId, claimId: randomUUID(), kinds: ['trial'] })
    owners.push((await jobOf(database.db, job!.jobId)).personId)
  }
  expect(owners.filter((owner) => owner === ann)).toHaveLength(3)
  expect(owners.slice(0, 3)).toEqual(expect.arrayContaining([ann, bob]))
})

test('a quota of running trials holds, also for claims at once, and lets others pass', async () => {
  const [ann, bob] = [await addPerson({ maximumRunning: 2 }), await addPerson()]
  await addTrials(ann, 6)
  await addTrials(bob, 1)
  const answers = await Promise.all(Array.from({ length: 6 }, () => dispatcher.claim({ workerId, claimId: randomUUID(), kinds: ['trial'], waitSeconds: 0 })))
  expect(answers.filter(({ job }) => job !== null)).toHaveLength(3)
  expect(await database.db.job.count({ where: { personId: ann, state: 'running' } })).toBe(2)
})

test('a quota of queued trials is told when it is passed, and counts what waits only', async () => {
  const ann = await addPerson({ maximumQueued: 2 })
  await expect(addTrials(ann, 3)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('the quota is 2'), hint: expect.stringContaining('graft people set') })
  await addTrials(ann, 2)
  await expect(addTrials(ann, 1)).rejects.toMatchObject({ code: 'conflict' })
  await claimAs(database.db, workerId)
  await addTrials(ann, 1)
  await addJobs(database.db, 1, { personId: ann }) // not of imports
})

test('one waiting claim is woken for each job', async () => {
  const waiting = await Promise.all(Array.from({ length: 20 }, () => addWorker(database.db)))
  const stop = new AbortController()
  const answers = waiting.map((worker) => dispatcher.claim({ workerId: worker, claimId: randomUUID(), kinds: ['trial'], waitSeconds: 25 }, stop.signal))
  await expect.poll(() => database.db.$queryRaw`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`).toHaveLength(1)
  await addTrials('default', 5)
  await expect.poll(() => database.db.job.count({ where: { state: 'running' } })).toBe(5)
  stop.abort()
  expect((await Promise.all(answers)).filter(({ job }) => job !== null)).toHaveLength(5)
})

test('a waiting claim of a worker that meets the requirements is woken, though others wait longer', async () => {
  const [plain, right] = [await addWorker(database.db), await addWorker(database.db, { labels: { gpu: 'L4' } })]
  const stop = new AbortController()
  const claim = (worker: string) => dispatcher.claim({ workerId: worker, claimId: randomUUID(), kinds: ['trial'], waitSeconds: 25 }, stop.signal)
  const [first, second] = [claim(plain), claim(right)]
  const [id] = await addJobs(database.db, 1, { payload: trialPayload, topic: 'trial', subjectId: 't', requirements: { labels: { gpu: 'L4' } } })
  expect((await second).job!.jobId).toBe(id)
  stop.abort()
  expect((await first).job).toBeNull()
})
