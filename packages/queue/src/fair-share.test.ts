import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createChangeTeller } from '@graft/db/change-teller'
import { createDatabaseClient, type Database } from '@graft/db/client'
import { createNotifications } from '@graft/db/notifications'
import { createTestDatabase, type TestDatabase } from '@graft/db/test-database'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createDispatcher, type Dispatcher } from './dispatcher.ts'
import { addJobs, addWorker, jobOf, trialPayload } from './testing/queue-fixtures.ts'

/** What one web server has of the queue. */
interface Server { db: Database; dispatcher: Dispatcher; close(): Promise<void> }

function startServer(url: string): Server {
  const db = createDatabaseClient(url)
  const notifications = createNotifications(url)
  const teller = createChangeTeller(db)
  const dispatcher = createDispatcher(db, notifications, teller)
  return {
    db,
    dispatcher,
    async close() {
      await dispatcher.close()
      await teller.close()
      await notifications.close()
      await db.$disconnect()
    },
  }
}

let database: TestDatabase
let servers: Server[]
beforeAll(async () => {
  database = await createTestDatabase()
  servers = [startServer(database.url), startServer(database.url)]
})
afterAll(async () => {
  for (const server of servers) await server.close()
  await database.close()
})
beforeEach(async () => {
  await database.db.job.deleteMany()
  await database.db.$executeRaw`DELETE FROM pgboss.job`
  await database.db.$executeRaw`UPDATE "Person" SET "startTag" = 0, "finishTag" = 0`
})

const addPerson = async (weight = 1): Promise<string> => (await database.db.person.create({ data: { name: randomUUID(), weight } })).id
const addTrials = (personId: string, count: number, labels: Record<string, string> = {}): Promise<string[]> =>
  addJobs(database.db, count, { payload: trialPayload, topic: 'trial', subjectId: 't', personId, requirements: { labels } })

/** Whose trial a worker is given by a server. */
async function claim(server: Server, workerId: string): Promise<string> {
  const { job } = await server.dispatcher.claim({ workerId, claimId: randomUUID(), kinds: ['trial'], waitSeconds: 0 })
  return (await jobOf(database.db, job!.jobId)).personId
}

/** How many trials of each person so many claims give, of one server after the other. */
async function turns(count: number, workerId: string, by = servers): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (let turn = 0; turn < count; turn += 1) {
    const personId = await claim(by[turn % by.length]!, workerId)
    counts[personId] = (counts[personId] ?? 0) + 1
  }
  return counts
}

test('equal people take turns and a weight is a share, whoever has queued more and whichever server is asked', async () => {
  const [ann, bob, cem] = [await addPerson(), await addPerson(), await addPerson(2)]
  await addTrials(ann, 30)
  for (const person of [bob, cem]) await addTrials(person, 15)
  expect(await turns(24, await addWorker(database.db))).toEqual({ [ann]: 6, [bob]: 6, [cem]: 12 })
})

test('what one server gave counts at the others, and at one that has just begun', async () => {
  const [ann, bob] = [await addPerson(), await addPerson()]
  await addTrials(ann, 20)
  await addTrials(bob, 20)
  const fresh = Array.from({ length: 6 }, () => startServer(database.url))
  expect(await turns(6, await addWorker(database.db), fresh)).toEqual({ [ann]: 3, [bob]: 3 })
  for (const server of fresh) await server.close()
})

test('many claims of two servers at once share by weight, and no charge is lost', async () => {
  const [ann, bob] = [await addPerson(), await addPerson(3)]
  for (const person of [ann, bob]) await addTrials(person, 120)
  const workerId = await addWorker(database.db)
  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => claim(servers[index % 2]!, workerId)))
  const ofBob = answers.filter((personId) => personId === bob).length
  // Claims that are served at once have seen the same tags: eight of each server at most.
  expect(ofBob).toBeGreaterThanOrEqual(75 - 16)
  expect(ofBob).toBeLessThanOrEqual(75 + 16)
  const tags = new Map((await database.db.person.findMany({ where: { id: { in: [ann, bob] } } })).map(({ id, finishTag }) => [id, finishTag]))
  expect(Math.abs(tags.get(ann)! - tags.get(bob)!)).toBeLessThanOrEqual(16)
  expect(tags.get(ann)!).toBeGreaterThanOrEqual(100 - ofBob)
  expect(tags.get(bob)!).toBeGreaterThanOrEqual(ofBob / 3 - 1e-9)
})

test('who was away saves up nothing, and who is alone takes nobody’s turn', async () => {
  const [ann, bob] = [await addPerson(), await addPerson()]
  await addTrials(ann, 40)
  const workerId = await addWorker(database.db)
  await turns(30, workerId)
  await addTrials(bob, 10)
  expect(await turns(10, workerId)).toEqual({ [ann]: 5, [bob]: 5 })
})

test('shares are of time: who runs long trials gets fewer of them, and someone unknown is taken for the mean', async () => {
  const [ann, bob, cem] = [await addPerson(), await addPerson(), await addPerson()]
  const workerId = await addWorker(database.db)
  for (const [personId, seconds] of [[ann, 300], [bob, 100]] as const) {
    const [id] = await addTrials(personId, 1)
    await claim(servers[0]!, workerId)
    await database.db.$executeRaw`UPDATE "Job" SET state = 'finished', "leaseUntil" = NULL, "workerId" = NULL, "endedAt" = clock_timestamp() WHERE id = ${id}`
    await database.db.$executeRaw`UPDATE "Attempt" SET state = 'finished', "startedAt" = clock_timestamp() - make_interval(secs => ${seconds}), "endedAt" = clock_timestamp() WHERE "jobId" = ${id}`
  }
  await database.db.$executeRaw`UPDATE "Person" SET "startTag" = 0, "finishTag" = 0`
  for (const person of [ann, bob, cem]) await addTrials(person, 30)
  const fresh = startServer(database.url) // measures before its first claims
  const waiting = fresh.dispatcher.claim({ workerId, claimId: randomUUID(), kinds: ['import'], waitSeconds: 2 })
  await sleep(1500) // a look around
  const counts = await turns(55, workerId, [fresh])
  await waiting
  await fresh.close()
  expect(counts[bob]! / counts[ann]!).toBeCloseTo(3, 0)
  expect(counts[cem]! / counts[ann]!).toBeCloseTo(1.5, 0)
})
