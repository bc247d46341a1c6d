import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder of the clone: where `.data` lies and `scripts/go.mjs`. */
export const repositoryRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..')

export interface CommandEnvironment {
  /** Address of the server without a slash at its end. */
  server: string
  /** GRAFT_TOKEN, when set. */
  token: string | null
  /** Folder in which `npm start` keeps its tokens. */
  tokenFolder: string
  cacheFolder: string
  /** False when NO_COLOR is set. */
  colours: boolean
  /** CUDA_VISIBLE_DEVICES, where it is set. */
  visibleGpus: string | undefined
}

/** What the process is told by its environment: the only place of this app that reads `process.env`. */
export function readEnvironment(): CommandEnvironment {
  const { GRAFT_SERVER, GRAFT_TOKEN, GRAFT_DATA, GRAFT_CACHE, NO_COLOR, CUDA_VISIBLE_DEVICES } = process.env
  return {
    server: (GRAFT_SERVER || 'http://127.0.0.1:3000').replace(/\/+$/, ''),
    token: GRAFT_TOKEN?.trim() || null,
    tokenFolder: path.join(GRAFT_DATA || path.join(repositoryRoot, '.data'), 'tokens'),
    cacheFolder: GRAFT_CACHE || path.join(os.homedir(), '.cache', 'graft'),
    colours: !NO_COLOR,
    visibleGpus: CUDA_VISIBLE_DEVICES,
  }
}
