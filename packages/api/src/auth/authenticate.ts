import { GraftError } from '@graft/contracts/errors'
import type { ServerContext } from '../server-context.ts'
import { defaultPersonId, type Caller, type Credentials } from './caller.ts'
import { isLoopback, isSameOrigin } from './same-origin.ts'
import { readSessionCookie, sessionPerson } from './sessions.ts'
import { hashSecret } from './tokens.ts'

/** `lastUsedAt` is kept to this precision, so that reading does not write. */
const lastUsedSeconds = 60

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
  const caller = cookie !== null && isOurs ? await server.callers.find(hashSecret(cookie), () => bySession(server, cookie)) : null
  if (caller !== null) return caller
  const isLocal = !server.requireToken && isLoopback(server.host) && credentials.host !== null && isLoopback(credentials.host)
  return isLocal && isOurs ? { kind: 'user', by: 'local', personId: defaultPersonId, administrator: true } : null
}

async function bySession({ db }: ServerContext, cookie: string): Promise<Caller | null> {
  const person = await sessionPerson(db, cookie)
  return person === null ? null : { kind: 'user', by: 'session', personId: person.id, administrator: person.administrator }
}

function byToken(server: ServerContext, authorization: string): Promise<Caller | null> {
  const hash = hashSecret(/^Bearer\s+(\S+)$/i.exec(authorization)?.[1] ?? '')
  return server.callers.find(hash, () => findToken(server, hash))
}

async function findToken({ db }: ServerContext, hash: string): Promise<Caller> {
  const row = await db.apiToken.findUnique({ where: { hash }, include: { person: true } })
  if (row === null || row.revokedAt !== null) {
    throw new GraftError('unauthorized', row === null ? 'The access token is not known here.' : 'The access token was revoked.', {
      hint: 'Tokens lie in the folder tokens/ of the server’s data folder; the command line takes one in GRAFT_TOKEN.',
    })
  }
  await db.$executeRaw`
    UPDATE "ApiToken" SET "lastUsedAt" = clock_timestamp() WHERE id = ${row.id} AND ("lastUsedAt" IS NULL OR "lastUsedAt" < clock_timestamp() - make_interval(secs => ${lastUsedSeconds}))`
  return row.person === null ? { kind: 'worker', tokenId: row.id } : { kind: 'user', by: 'token', personId: row.person.id, administrator: row.person.administrator }
}
