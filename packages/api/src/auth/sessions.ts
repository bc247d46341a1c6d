import { GraftError } from '@graft/contracts/errors'
import type { Database } from '@graft/db/client'
import type { Person } from '@graft/db/generated/client'
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
  await db.session.deleteMany({ where: { expiresAt: { lt: new Date() } } })
  await db.session.create({ data: { hash: hashSecret(secret), tokenId: row.id, expiresAt: new Date(Date.now() + sessionSeconds * 1000) } })
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
  const session = await db.session.findUnique({ where: { hash: hashSecret(secret) }, include: { token: { include: { person: true } } } })
  return session !== null && session.expiresAt > new Date() && session.token.revokedAt === null ? session.token.person : null
}

export async function endSession(db: Database, secret: string): Promise<void> {
  await db.session.deleteMany({ where: { hash: hashSecret(secret) } })
}
