import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Client } from 'pg'
import { createDatabaseClient } from './client.ts'
import { toDatabaseError } from './database-errors.ts'
import { startEmbedded } from './embedded.ts'
import { migrate, readMigrations, withDatabase } from './migrate.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

test('migrates once, and says nothing was left the second time', async () => {
  const url = withDatabase(database.cluster.url, 'fresh "name"')
  expect(await migrate(url)).toEqual(readMigrations().map(({ name }) => name))
  expect(await migrate(url)).toEqual([])
})

test('two processes may migrate at once', async () => {
  const url = withDatabase(database.cluster.url, 'raced')
  const applied = await Promise.all([migrate(url), migrate(url), migrate(url)])
  expect(applied.flat()).toHaveLength(readMigrations().length)
})

test('refuses a database of a newer Graft', async () => {
  const url = withDatabase(database.cluster.url, 'newer')
  await migrate(url)
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '29990101000000_later', now())`)
  await client.end()
  await expect(migrate(url)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('newer Graft') })
})

test('the migrations make what schema.prisma says', () => {
  const folder = fileURLToPath(new URL('..', import.meta.url))
  const flags = ['migrate', 'diff', '--from-migrations', './prisma/migrations', '--to-schema', './prisma/schema.prisma', '--exit-code']
  const output = execFileSync(process.execPath, ['node_modules/prisma/build/index.js', ...flags], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, DATABASE_URL: database.url, CHECKPOINT_DISABLE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  expect(output).toContain('No difference')
})

test('a default project is there', async () => {
  expect(await database.db.project.findMany()).toMatchObject([{ id: 'default' }])
})

test('a cluster is found running, keeps its data over a kill -9, and the client reconnects', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'graft-embedded-'))
  chmodSync(folder, 0o755)
  const options = { dataDir: path.join(folder, 'data'), throwAway: true, database: 'graft' }
  const first = await startEmbedded(options)
  await migrate(first.url)
  const db = createDatabaseClient(first.url)
  await db.project.create({ data: { name: 'kept' } })
  expect(await startEmbedded(options)).toMatchObject({ reused: true, pid: first.pid })
  process.kill(first.pid, 'SIGKILL')
  const again = await startEmbedded({ ...options, port: first.port })
  expect(again.reused).toBe(false)
  await db.project.count().catch(() => 0) // the pool notices here
  expect(await db.project.count({ where: { name: 'kept' } })).toBe(1)
  await db.$disconnect()
  await again.stop()
  rmSync(folder, { recursive: true })
})

test('times are the database’s, whatever this machine’s clock says', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
  try {
    const { id } = await database.db.project.create({ data: { name: 'an hour fast' } })
    await database.db.person.createMany({ data: [{ name: 'an hour fast' }] })
    const [apart] = await database.db.$queryRaw<{ project: number; person: number }[]>`
      SELECT extract(epoch FROM clock_timestamp() - (SELECT "createdAt" FROM "Project" WHERE id = ${id}))::float8 AS project,
        extract(epoch FROM clock_timestamp() - (SELECT "createdAt" FROM "Person" WHERE name = 'an hour fast'))::float8 AS person`
    for (const seconds of Object.values(apart!)) {
      expect(seconds).toBeGreaterThanOrEqual(-0.001)
      expect(seconds).toBeLessThan(60)
    }
  } finally {
    vi.useRealTimers()
  }
  const schema = readFileSync(new URL('../prisma/schema.prisma', import.meta.url), 'utf8')
  expect(schema).not.toMatch(/@default\(now\(\)\)|@updatedAt/) // Prisma fills these in by its own clock
})

test('errors that people can act on', async () => {
  await expect(migrate('postgresql://postgres@127.0.0.1:1/x')).rejects.toMatchObject({ code: 'unavailable' })
  await expect(migrate('not an address')).rejects.toMatchObject({ code: 'invalid_input', field: 'DATABASE_URL' })
  const elsewhere = createDatabaseClient('postgresql://postgres@127.0.0.1:1/x')
  expect(toDatabaseError(await elsewhere.project.count().catch((error: unknown) => error))).toMatchObject({ code: 'unavailable' })
  await elsewhere.$disconnect()
  const taken = await database.db.project.create({ data: { name: 'default' } }).catch((error: unknown) => error)
  expect(toDatabaseError(taken)).toMatchObject({ code: 'conflict' })
})

test.each(['timeout exceeded when trying to connect', 'Connection terminated unexpectedly', 'Connection terminated due to connection timeout', 'terminating connection due to administrator command', 'Client has encountered a connection error and is not queryable', 'Raw query failed. Code: `N/A`. Message: `Server has closed the connection.`'])('%s: the database does not answer', (message) => {
  expect(toDatabaseError(new Error(message))).toMatchObject({ code: 'unavailable', message: 'The database does not answer.' })
})

test('a query to a cluster that was stopped is unavailable, over an open connection and over a new one', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'graft-stopped-'))
  chmodSync(folder, 0o755)
  const cluster = await startEmbedded({ dataDir: path.join(folder, 'data'), throwAway: true, database: 'graft' })
  await migrate(cluster.url)
  const db = createDatabaseClient(cluster.url)
  expect(await db.project.count()).toBe(1)
  const running = db.$queryRaw`SELECT pg_sleep(60)`.catch((error: unknown) => error)
  await db.project.count()
  await cluster.stop()
  for (const error of [await running, await db.project.count().catch((thrown: unknown) => thrown)]) expect(toDatabaseError(error)).toMatchObject({ code: 'unavailable' })
  await db.$disconnect()
  rmSync(folder, { recursive: true })
})
