import { GraftError } from '@graft/contracts/errors'
import type { ServerContext } from '../server-context.ts'
import { defaultPersonId, type Caller, type Credentials } from './caller.ts'
import { isLoopback, isSameOrigin } from './same-origin.ts'
import { readSessionCookie, sessionPerson } from './sessions.ts'
import { hashSecret } from './tokens.ts'

/** `lastUsedAt` is kept to this precision, so that reading does not write. */
const lastUsedMilliseconds = 60_000

/**
 * Finds out who asks; null when nobody that we know. Deny by default: a bearer token, a session cookie from our own pages, or
 * our own pages on this very machine (host name checked, so that a foreign name that resolves here does not count).
 *
 * @throws GraftError `unauthorized` for a token that is wrong or revoked: it never falls back to another way in.
 */
export async function authenticate(server: ServerContext, credentials: Credentials): Promise<Caller | null> {
  if (credentials.authorization !== null) return byToken(server, credentials.authorization)
  const cookie = readSessionCookie(credentials.cookie)
  const isOurs = isSameOrigin(credentials)
  const person = cookie !== null && isOurs ? await sessionPerson(server.db, cookie) : null
  if (person !== null) return { kind: 'user', by: 'session', personId: person.id, administrator: person.administrator }
  const isLocal = !server.requireToken && isLoopback(server.host) && credentials.host !== null && isLoopback(credentials.host)
  return isLocal && isOurs ? { kind: 'user', by: 'local', personId: defaultPersonId, administrator: true } : null
}

async function byToken({ db }: ServerContext, authorization: string): Promise<Caller> {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1]
  const row = token === undefined ? null : await db.apiToken.findUnique({ where: { hash: hashSecret(token) }, include: { person: true } })
  if (row === null || row.revokedAt !== null) {
    throw new GraftError('unauthorized', row === null ? 'The access token is not known here.' : 'The access token was revoked.', {
      hint: 'Tokens lie in the folder tokens/ of the server’s data folder; the command line takes one in GRAFT_TOKEN.',
    })
  }
  if (row.lastUsedAt === null || Date.now() - row.lastUsedAt.getTime() > lastUsedMilliseconds) {
    await db.apiToken.updateMany({ where: { id: row.id }, data: { lastUsedAt: new Date() } })
  }
  return row.person === null ? { kind: 'worker', tokenId: row.id } : { kind: 'user', by: 'token', personId: row.person.id, administrator: row.person.administrator }
}
