import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { GraftError } from '@graft/contracts/errors'
import { Client } from 'pg'
import { toDatabaseError } from './database-errors.ts'

/** The advisory lock that Prisma's own `migrate deploy` takes: both may run at once. */
const migrationLock = 72707369
const recordTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`

/** The migrations of this package. */
export const migrationsFolder = fileURLToPath(new URL('../prisma/migrations', import.meta.url))

export interface Migration {
  name: string
  sql: string
  checksum: string
}

/** The migrations of a folder in the order in which they apply. */
export function readMigrations(folder = migrationsFolder): Migration[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => ({ name, file: path.join(folder, name, 'migration.sql') }))
    .filter(({ file }) => existsSync(file))
    .map(({ name, file }) => {
      const sql = readFileSync(file, 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

/**
 * Makes the database if it is missing and applies what is not applied yet: Prisma's `migrate deploy` without its command
 * line, on the same table, checksums and lock.
 *
 * @returns names of the migrations applied now.
 * @throws GraftError `unavailable` (no connection), `conflict` (a migration failed before, was changed after it was applied,
 * or the database is newer than this program).
 */
export async function migrate(url: string, folder = migrationsFolder): Promise<string[]> {
  await ensureDatabase(url)
  const client = new Client({ connectionString: url })
  try {
    await client.connect()
    // A migration whose program was killed ends within seconds, and with it the lock that the next one waits for.
    await client.query("SET client_connection_check_interval = '2s'")
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
    await client.query(recordTable)
    const migrations = readMigrations(folder)
    const pending = await pendingMigrations(client, migrations)
    for (const migration of pending) await apply(client, migration)
    return pending.map(({ name }) => name)
  } catch (error) {
    throw toDatabaseError(error)
  } finally {
    await client.end() // releases the lock
  }
}

async function pendingMigrations(client: Client, migrations: Migration[]): Promise<Migration[]> {
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  )
  const failed = rows.find((row) => row.finished_at === null)
  if (failed !== undefined) {
    throw new GraftError('conflict', `Migration ${failed.migration_name} failed earlier.`, {
      hint: `Mend the database, then: pnpm --filter @graft/db exec prisma migrate resolve --rolled-back ${failed.migration_name}`,
    })
  }
  const applied = new Map(rows.map((row) => [row.migration_name, row.checksum]))
  const known = new Set(migrations.map(({ name }) => name))
  const newer = [...applied.keys()].find((name) => !known.has(name))
  if (newer !== undefined) {
    throw new GraftError('conflict', `The database was made by a newer Graft: it has the migration ${newer}, which this program does not know.`, {
      hint: 'Update Graft, or name another database in DATABASE_URL.',
    })
  }
  return migrations.filter(({ name, checksum }) => {
    const before = applied.get(name)
    if (before !== undefined && before !== checksum) {
      throw new GraftError('conflict', `Migration ${name} was changed after it had been applied.`, { hint: 'Put the file back as it was and add a new migration.' })
    }
    return before === undefined
  })
}

/** The migration and its record in one transaction: whoever is killed in the middle leaves neither, and the next start does it whole. */
async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN')
    await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, clock_timestamp(), 1)', [randomUUID(), checksum, name])
    await client.query(sql)
    await client.query('COMMIT')
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => {}) // the connection may be what failed
    throw new GraftError('conflict', `Migration ${name} failed: ${(cause as Error).message}`, { hint: 'Nothing of it was kept.', cause })
  }
}

/** The same server's address with another database. */
export function withDatabase(url: string, database: string): string {
  const address = new URL(url)
  address.pathname = `/${encodeURIComponent(database)}`
  return address.href
}

async function ensureDatabase(url: string): Promise<void> {
  const name = databaseName(url)
  const client = new Client({ connectionString: withDatabase(url, 'postgres') })
  try {
    await client.connect()
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`)
  } catch (error) {
    const code = (error as { code?: string }).code ?? ''
    const wasQuicker = code === '42P04' || code === '23505' // another process made it in this moment
    const closedToUs = code === '3D000' || code === '42501' // a hosted server without `postgres` or the right to it: the next connection tells
    if (!wasQuicker && !closedToUs) throw toDatabaseError(error)
  } finally {
    await client.end()
  }
}

function databaseName(url: string): string {
  let address: URL
  try {
    address = new URL(url)
  } catch (cause) {
    throw new GraftError('invalid_input', 'DATABASE_URL is no address.', { hint: 'Expected postgresql://user:password@host:5432/database', field: 'DATABASE_URL', cause })
  }
  const name = decodeURIComponent(address.pathname.slice(1))
  if (!/^postgres(ql)?:$/.test(address.protocol) || name === '') {
    throw new GraftError('invalid_input', 'DATABASE_URL names no PostgreSQL database.', { hint: 'Expected postgresql://user:password@host:5432/database', field: 'DATABASE_URL' })
  }
  return name
}
