import { homedir } from 'node:os'
import path from 'node:path'

/** Settings of `npm start`, `npm test` and `npm run check`: the only place in `scripts/` that reads the environment. */
export const root = path.resolve(import.meta.dirname, '..')

export interface StartEnvironment {
  /** An existing Postgres; null: the embedded one. */
  databaseUrl: string | null
  /** Everything that Graft keeps: database, storage, tokens, cache. */
  dataFolder: string
  host: string
  port: number
  /** Whether the sample datasets are imported and the sample study runs on the first start. */
  samples: boolean
  /** Workers to start beside the server: 1, or 0 where they run elsewhere (containers, GPU machines). */
  workers: number
  /** False where the dashboard was built before (container images). */
  build: boolean
  /** Address that the server listens on; differs from `host` in a container, whose port is published on the host's loopback only. */
  listen: string
}

/** Reads and checks the settings; throws an Error with a hint for a bad one. */
export function readStartEnvironment(): StartEnvironment {
  const port = Number(process.env.GRAFT_PORT || process.env.PORT || 3000)
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error(`GRAFT_PORT is "${process.env.GRAFT_PORT ?? process.env.PORT}": a port from 1 to 65535 was expected.`)
  const folder = process.env.GRAFT_DATA || path.join(root, '.data')
  return {
    databaseUrl: process.env.DATABASE_URL || null,
    dataFolder: path.resolve(folder.replace(/^~(?=\/|$)/, homedir())),
    host: process.env.GRAFT_HOST || '127.0.0.1',
    port,
    samples: process.env.GRAFT_SAMPLES !== '0',
    workers: process.env.GRAFT_WORKERS === '0' ? 0 : 1,
    build: process.env.GRAFT_BUILD !== '0',
    listen: process.env.GRAFT_LISTEN || process.env.GRAFT_HOST || '127.0.0.1',
  }
}

/** The environment for a child process: ours, with additions. */
export const childEnvironment = (additions: Record<string, string>): NodeJS.ProcessEnv => ({ ...process.env, ...additions })
