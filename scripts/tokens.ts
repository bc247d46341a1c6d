import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ensureApiToken } from '../packages/api/src/auth/tokens.ts'
import { createDatabaseClient } from '../packages/db/src/client.ts'

/**
 * A user token and a worker token of this machine, in files that only their owner can read (the server keeps hashes). Files of an
 * earlier start are used again, and registered again where the database is new.
 */
export async function ensureTokenFiles(databaseUrl: string, folder: string): Promise<{ user: string; worker: string }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const db = createDatabaseClient(databaseUrl, { connections: 1 })
  try {
    const ensure = async (kind: 'user' | 'worker') => {
      const file = path.join(folder, kind)
      const earlier = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
      const token = await ensureApiToken(db, { kind, name: `${kind} of this machine`, ...(earlier === '' ? {} : { token: earlier }) })
      if (token !== earlier) writeFileSync(file, `${token}\n`, { mode: 0o600 })
      chmodSync(file, 0o600)
      return token
    }
    return { user: await ensure('user'), worker: await ensure('worker') }
  } finally {
    await db.$disconnect()
  }
}
