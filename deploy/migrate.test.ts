import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashSecret } from '../packages/api/src/auth/tokens.ts'
import { startTemporary, type EmbeddedPostgres } from '../packages/db/src/embedded.ts'
import { createDatabaseClient } from '../packages/db/src/client.ts'
import { withDatabase } from '../packages/db/src/migrate.ts'

// The command of the chart's migrations Job, against a database that does not exist yet.
const root = path.resolve(import.meta.dirname, '..')
const tokens = mkdtempSync(path.join(tmpdir(), 'graft-tokens-'))
const worker = `graft_w_${'w'.repeat(43)}`
let postgres: EmbeddedPostgres
let url: string

beforeAll(async () => {
  postgres = await startTemporary()
  url = withDatabase(postgres.url, 'deployed')
  writeFileSync(path.join(tokens, 'user'), `graft_u_${'u'.repeat(43)}`)
  writeFileSync(path.join(tokens, 'worker'), worker)
})
afterAll(async () => {
  await postgres.stop()
  rmSync(tokens, { recursive: true })
})

/** What the Job runs. */
function migrations(folder = tokens): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/main.ts', 'migrate', '--tokens', folder], { cwd: root, env: { PATH: process.env['PATH'], DATABASE_URL: url } })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('close', (code) => resolve({ code, output }))
  })
}

test('two Jobs at once: the database is made and migrated once, the tokens of the Secret are known', async () => {
  const runs = await Promise.all([migrations(), migrations()])
  expect(runs.map(({ code }) => code), runs.map(({ output }) => output).join('\n')).toEqual([0, 0])
  expect(runs.filter(({ output }) => output.includes('Applied: '))).toHaveLength(1)
  const db = createDatabaseClient(url, { connections: 1 })
  const known = await db.apiToken.findMany({ select: { kind: true, hash: true }, orderBy: { kind: 'asc' } })
  await db.$disconnect()
  expect(known.map(({ kind }) => kind).toSorted()).toEqual(['user', 'worker'])
  expect(known.find(({ kind }) => kind === 'worker')!.hash).toBe(hashSecret(worker))
  expect((await migrations()).output).toContain('The database is up to date.')
})

test('a Secret whose keys were mixed up stops the installation', async () => {
  writeFileSync(path.join(tokens, 'user'), worker)
  const { code, output } = await migrations()
  expect(code).toBe(1)
  expect(output).toContain('holds no user token')
})
