import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../../apps/worker/src/testing/user-client.ts'
import { createDatabaseClient } from '../../packages/db/src/client.ts'
import { migrate, withDatabase } from '../../packages/db/src/migrate.ts'
import { blobPath } from '../../packages/storage/src/local-blob-store.ts'
import { startFaultRig, type FaultRig } from './fault-rig.ts'

let rig: FaultRig
beforeAll(async () => {
  rig = await startFaultRig()
})
afterAll(() => rig.close())

const root = path.resolve(import.meta.dirname, '../..')

test('a migration killed half-way leaves nothing, and the next start does it whole', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'graft-migrations-'))
  const migration = (name: string, sql: string) => {
    mkdirSync(path.join(folder, name), { recursive: true })
    writeFileSync(path.join(folder, name, 'migration.sql'), sql)
  }
  migration('1_first', 'CREATE TABLE first (id int);')
  migration('2_second', 'CREATE TABLE second (id int); INSERT INTO second VALUES (1); SELECT pg_sleep(5); CREATE TABLE third (id int);')
  const url = withDatabase(rig.server.postgres().url, 'half_migrated')
  const program = `import { migrate } from ${JSON.stringify(pathToFileURL(path.join(root, 'packages/db/src/migrate.ts')).href)}; await migrate(${JSON.stringify(url)}, ${JSON.stringify(folder)})`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], { cwd: root, stdio: 'ignore' })
  const sleeping = () => rig.server.db.$queryRaw<unknown[]>`SELECT 1 FROM pg_stat_activity WHERE datname = 'half_migrated' AND wait_event = 'PgSleep'`
  await until(async () => (await sleeping()).length > 0)
  child.kill('SIGKILL')
  expect(await migrate(url, folder)).toEqual(['2_second'])
  const db = createDatabaseClient(url, { connections: 1 })
  const tables = await db.$queryRaw<{ tablename: string }[]>`SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1`
  const rows = await db.$queryRaw<unknown[]>`SELECT * FROM second`
  await db.$disconnect()
  expect(tables.map(({ tablename }) => tablename)).toEqual(['first', 'second', 'third'])
  expect(rows).toHaveLength(1)
  expect(await migrate(url, folder)).toEqual([])
  rmSync(folder, { recursive: true })
})

test('a backup is restored whose storage lacks contents: those are reported by what names them, the rest is served', async () => {
  const worker = rig.startWorker('one')
  const { id } = await rig.launch(1, 3)
  await rig.untilOver(id)
  await worker.end('SIGTERM')
  expect(await rig.user.api.storage.missing.query()).toEqual({ checked: expect.any(Number) as number, missing: [] })
  const artifact = await rig.server.db.artifact.findFirstOrThrow({ where: { trialId: id, kind: 'weights' } })
  const image = await rig.server.db.datasetImage.findFirstOrThrow()
  // The database is newer than the copy of the storage: what was stored in between is named and not there.
  for (const { sha256 } of [artifact, image]) unlinkSync(blobPath(path.join(rig.server.folder, 'storage'), sha256))
  const { missing } = await rig.user.api.storage.missing.query()
  expect(missing).toEqual([
    { kind: 'artifact', sha256: artifact.sha256, of: expect.stringContaining(artifact.name) as string },
    { kind: 'image', sha256: image.sha256, of: `shapes: ${image.path}` },
  ])
  const served = await fetch(`${rig.server.address}/api/artifacts/${artifact.id}`, { headers: { authorization: `Bearer ${rig.server.userToken}` } })
  expect(served.status).toBe(404)
  expect(await rig.outcome(id)).toMatchObject({ state: 'finished' })
})
