/** The only place of the dashboard that reads the environment. */
export const buildEnvironment = {
  /** Whether `next build` also gathers what a container needs. */
  standalone: Boolean(process.env.STANDALONE),
}

export const pageEnvironment = {
  development: process.env.NODE_ENV === 'development',
}

export interface ServerEnvironment {
  databaseUrl: string
  /** Where Graft keeps its files; null: in the clone. */
  dataFolder: string | null
  /** The address that the server is bound to. */
  host: string
  /** Wants a token also from this machine's own browsers. */
  requireToken: boolean
}

/** Read when the first request needs it, not when the pages are built: a build has no database. */
export function readServerEnvironment(): ServerEnvironment {
  const databaseUrl = process.env.DATABASE_URL
  if (!databaseUrl) throw new Error('DATABASE_URL is not set: the server needs a PostgreSQL. `npm start` brings one.')
  return {
    databaseUrl,
    dataFolder: process.env.GRAFT_DATA ?? null,
    host: process.env.GRAFT_HOST ?? '127.0.0.1',
    requireToken: process.env.GRAFT_REQUIRE_TOKEN === '1' || process.env.GRAFT_REQUIRE_TOKEN === 'true',
  }
}
