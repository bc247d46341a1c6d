import { GraftError } from '@graft/contracts/errors'
import type { Database } from '@graft/db/client'
import type { Person } from '@graft/db/generated/client'
import { notifyAccess } from '@graft/db/notifications'
import type { ServerContext } from '../server-context.ts'
import { hashSecret, randomSecret } from './tokens.ts'

export const sessionCookie = 'graft_session'
const sessionSeconds = 30 * 24 * 3600

/**
 * A session for a browser whose user pasted a user token.
 *
 * @throws GraftError `unauthorized`.
 */
export async function createSession(db: Database, token: string): Promise<{ secret: string; maxAgeSeconds: number }> {
  const row = await db.apiToken.findUnique({ where: { hash: hashSecret(token) } })
  if (row === null || row.kind !== 'user' || row.revokedAt !== null) {
    throw new GraftError('unauthorized', 'This is not a user token of this server.', { hint: 'It begins with graft_u_ and lies in the file tokens/user of the server’s data folder.', field: 'token' })
  }
  const secret = randomSecret()
  await db.$executeRaw`DELETE FROM "Session" WHERE "expiresAt" < clock_timestamp()`
  await db.$executeRaw`INSERT INTO "Session" (hash, "tokenId", "expiresAt") VALUES (${hashSecret(secret)}, ${row.id}, clock_timestamp() + make_interval(secs => ${sessionSeconds}))`
  return { secret, maxAgeSeconds: sessionSeconds }
}

/** The session's secret in a Cookie header, or null. */
export function readSessionCookie(cookie: string | null): string | null {
  for (const part of cookie?.split(';') ?? []) {
    const [name, value] = part.trim().split('=')
    if (name === sessionCookie && value) return value
  }
  return null
}

/** Whose session a cookie is; null where it has ended or its token was revoked. */
export async function sessionPerson(db: Database, secret: string): Promise<Person | null> {
  const [person] = await db.$queryRaw<Person[]>`
    SELECT person.* FROM "Session" session JOIN "ApiToken" token ON token.id = session."tokenId" JOIN "Person" person ON person.id = token."personId"
    WHERE session.hash = ${hashSecret(secret)} AND session."expiresAt" > clock_timestamp() AND token."revokedAt" IS NULL`
  return person ?? null
}

export async function endSession({ db, callers }: Pick<ServerContext, 'db' | 'callers'>, secret: string): Promise<void> {
  await db.session.deleteMany({ where: { hash: hashSecret(secret) } })
  callers.forget()
  await notifyAccess(db)
}
