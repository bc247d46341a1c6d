import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { ensureApiToken } from '../packages/api/src/auth/tokens.ts'
import { createDatabaseClient } from '../packages/db/src/client.ts'
import { migrate } from '../packages/db/src/migrate.ts'
import { readStartEnvironment } from './environment.ts'

/**
 * `node --import tsx scripts/main.ts migrate [--tokens FOLDER]`: brings the database of DATABASE_URL to this version, and registers
 * the tokens of a folder (files `user` and `worker`, as a Kubernetes Secret is mounted). Any number may run at once.
 */
export async function migrateDatabase([option, folder]: string[]): Promise<number> {
  const { databaseUrl } = readStartEnvironment()
  if (databaseUrl === null || (option !== undefined && (option !== '--tokens' || folder === undefined))) {
    console.error('error: DATABASE_URL has to name the database, and --tokens a folder with the files user and worker.\nhint: DATABASE_URL=postgresql://… node --import tsx scripts/main.ts migrate --tokens /tokens')
    return 2
  }
  const applied = await migrate(databaseUrl)
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`)
  if (folder !== undefined) await registerTokens(databaseUrl, folder)
  return 0
}

async function registerTokens(databaseUrl: string, folder: string): Promise<void> {
  const db = createDatabaseClient(databaseUrl, { connections: 1 })
  try {
    for (const kind of ['user', 'worker'] as const) {
      const file = path.join(folder, kind)
      if (!existsSync(file)) throw new Error(`${file} does not exist: a ${kind} token was expected in it.`)
      const token = readFileSync(file, 'utf8').trim()
      const prefix = `graft_${kind[0]}_`
      if (!token.startsWith(prefix) || token.length < prefix.length + 32) throw new Error(`${file} holds no ${kind} token: ${prefix} and at least 32 random characters were expected.`)
      await ensureApiToken(db, { kind, name: `${kind} of the deployment`, token })
    }
    console.log('The tokens are registered.')
  } finally {
    await db.$disconnect()
  }
}
