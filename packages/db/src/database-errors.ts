import { GraftError, isGraftError, type ErrorCode } from '@graft/contracts/errors'

/** What PostgreSQL, its driver and Prisma say when something outside this program is in the way, with what to do. */
const explained: readonly { codes: readonly string[]; message: string; hint: string; code?: ErrorCode }[] = [
  {
    codes: ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'P1001', 'P1002', 'P1008', 'P1017', '57P01', '57P02', '57P03', '08006', '08003'],
    message: 'The database does not answer.',
    hint: 'Is PostgreSQL running at the address in DATABASE_URL? It is tried again by itself.',
  },
  { codes: ['ENOTFOUND', 'EAI_AGAIN'], message: "The database's host name is not known.", hint: 'Check the host in DATABASE_URL.' },
  { codes: ['28P01', '28000', 'P1000'], message: 'The database refuses the user or the password.', hint: 'Check user and password in DATABASE_URL.' },
  { codes: ['3D000', 'P1003'], message: 'The database named in DATABASE_URL does not exist.', hint: 'Create it, or let a user who may create databases start Graft once.' },
  { codes: ['53300', 'P2037'], message: 'The database has no free connection.', hint: 'Raise max_connections, or stop another client.' },
  { codes: ['53100'], message: "The database's disk is full.", hint: 'Free some space on it.' },
  { codes: ['P2002', '23505'], message: 'This is there already.', hint: 'Somebody else made it in this moment: look again.', code: 'conflict' },
  { codes: ['P2034', '40001', '40P01'], message: 'Two changes got into each other’s way.', hint: 'Try again.' },
  { codes: ['P2024', 'P2028'], message: 'The database is busy.', hint: 'Try again in a moment.' },
  { codes: ['42P01', 'P2021', 'P2022'], message: 'The database lacks tables of this version of Graft.', hint: 'Run the migrations: pnpm --filter @graft/db migrate:deploy' },
]

/** Errors of driver and Prisma as GraftError (`unavailable`, mostly) where they are known; anything else comes back as it was. */
export function toDatabaseError(error: unknown): unknown {
  if (isGraftError(error)) return error
  const codes = codesOf(error)
  const known = explained.find((entry) => entry.codes.some((code) => codes.has(code)))
  if (known !== undefined) return new GraftError(known.code ?? 'unavailable', known.message, { hint: known.hint, cause: error })
  if (error instanceof Error && /Connection terminated|Can't reach database|timeout exceeded when trying to connect|connection.*(closed|timeout)|closed the connection|Operation has timed out|terminating connection|Client has encountered a connection error|Client was closed/i.test(error.message)) {
    return new GraftError('unavailable', explained[0]!.message, { hint: explained[0]!.hint, cause: error })
  }
  return error
}

/** Codes of an error, of what caused it and of its parts (a connection tried over IPv6 and IPv4 fails as an AggregateError). */
function codesOf(error: unknown, depth = 0): Set<string> {
  const codes = new Set<string>()
  if (typeof error !== 'object' || error === null || depth > 4) return codes
  const { code, originalCode, cause, errors, meta } = error as { code?: unknown; originalCode?: unknown; cause?: unknown; errors?: unknown; meta?: unknown }
  for (const value of [code, originalCode]) if (typeof value === 'string') codes.add(value)
  const inner = [cause, meta, (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError, ...(Array.isArray(errors) ? errors : [])]
  for (const part of inner) for (const found of codesOf(part, depth + 1)) codes.add(found)
  return codes
}
