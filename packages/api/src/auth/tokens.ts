import { createHash, randomBytes } from 'node:crypto'
import type { Database } from '@graft/db/client'
import type { TokenKind } from '@graft/db/generated/client'
import { defaultPersonId } from './caller.ts'

const prefixes: Readonly<Record<TokenKind, string>> = { user: 'graft_u_', worker: 'graft_w_' }

/** What is kept of a secret. A secret has 256 random bits, so a plain hash is enough. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** 32 random bytes in base64url. */
export const randomSecret = (): string => randomBytes(32).toString('base64url')

export interface EnsureToken {
  kind: TokenKind
  /** For people, in lists. */
  name: string
  /** Whose a user token is; by default the owner of single-user mode. */
  personId?: string
  /** One made before (read from its file): registered again if this database does not know it. */
  token?: string
}

/** Makes an API token, or makes sure that a given one is known and not revoked. Answers the token: only its hash is kept, so this is the only time. */
export async function ensureApiToken(db: Database, { kind, name, personId = defaultPersonId, token = prefixes[kind] + randomSecret() }: EnsureToken): Promise<string> {
  const hash = hashSecret(token)
  await db.apiToken.upsert({ where: { hash }, create: { kind, name, hash, personId: kind === 'user' ? personId : null }, update: { revokedAt: null } })
  return token
}
