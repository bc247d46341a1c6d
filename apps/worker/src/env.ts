import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { GraftError } from '@graft/contracts/errors'
import { jobKindSchema, type JobKind } from '@graft/contracts/job'
import type { Labels } from '@graft/contracts/requirements'
import { byteSizeSchema } from './byte-size.ts'
import { logFormatSchema, type LogFormat } from './worker-log.ts'
import { parseLabels } from './parse-labels.ts'
import { defaultCacheBytes } from './worker-options.ts'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..')

const schema = z.object({
  GRAFT_SERVER: z.url({ protocol: /^https?$/, error: 'GRAFT_SERVER must be an address such as http://127.0.0.1:3000.' }).default('http://127.0.0.1:3000'),
  GRAFT_TOKEN: z.string().trim().min(1).optional(),
  GRAFT_DATA: z.string().min(1).default(path.join(root, '.data')),
  GRAFT_CACHE: z.string().min(1).default(path.join(os.homedir(), '.cache', 'graft')),
  GRAFT_CACHE_SIZE: byteSizeSchema.default(defaultCacheBytes),
  GRAFT_DEVICE: z.string().min(1).default('cpu'),
  CUDA_VISIBLE_DEVICES: z.string().optional(),
  GRAFT_SLOTS: z.coerce.number().int().min(1).max(64).default(1),
  GRAFT_LABELS: z.string().default(''),
  GRAFT_STALL_SECONDS: z.coerce.number().min(1).default(300),
  GRAFT_CHECKPOINT_SECONDS: z.coerce.number().min(0).default(5),
  GRAFT_SHARD_IMAGES: z.coerce.number().int().min(1).max(16_384).default(256),
  GRAFT_KINDS: z.string().default('').transform((text) => text.split(',').filter((kind) => kind !== '')).pipe(z.array(jobKindSchema)),
  GRAFT_LOG_FORMAT: logFormatSchema.default('plain'),
  GRAFT_HEALTH_FILE: z.string().min(1).optional(),
  GRAFT_WORKER_NAME: z.string().trim().min(1).max(100).default(os.hostname()),
})

export interface WorkerEnvironment {
  server: string
  token: string
  cacheFolder: string
  name: string
  /** Only these kinds of job. */
  kinds?: JobKind[]
  maxCacheBytes: number
  device: string
  /** CUDA_VISIBLE_DEVICES. */
  visibleGpus?: string
  slots: number
  labels: Labels
  /** A job without progress for this long is stopped. */
  stallSeconds: number
  /** Least seconds between two checkpoints of a trial. */
  checkpointSeconds: number
  /** Images of a shard of a large extraction. */
  shardImages: number
  logFormat: LogFormat
  healthFile?: string
}

/**
 * What the worker's process is told by its environment. The only place of this app that reads `process.env`.
 * @throws GraftError `invalid_input` for a value that cannot be, `unauthorized` where no token is found.
 */
export function readEnvironment(): WorkerEnvironment {
  const parsed = schema.safeParse(process.env)
  if (!parsed.success) throw new GraftError('invalid_input', parsed.error.issues[0]?.message ?? 'The environment is not valid.', { field: parsed.error.issues[0]?.path.join('.') })
  const { GRAFT_SERVER, GRAFT_TOKEN, GRAFT_DATA, GRAFT_CACHE, GRAFT_CACHE_SIZE, GRAFT_DEVICE, GRAFT_SLOTS, GRAFT_LABELS, GRAFT_STALL_SECONDS, GRAFT_CHECKPOINT_SECONDS, GRAFT_SHARD_IMAGES, GRAFT_KINDS, GRAFT_LOG_FORMAT, GRAFT_HEALTH_FILE, GRAFT_WORKER_NAME, CUDA_VISIBLE_DEVICES } = parsed.data
  const labels = parseLabels(GRAFT_LABELS.split(',').filter((label) => label.trim() !== ''))
  const machine = { maxCacheBytes: GRAFT_CACHE_SIZE, device: GRAFT_DEVICE, slots: GRAFT_SLOTS, labels, stallSeconds: GRAFT_STALL_SECONDS, checkpointSeconds: GRAFT_CHECKPOINT_SECONDS, shardImages: GRAFT_SHARD_IMAGES }
  return { ...machine, ...(CUDA_VISIBLE_DEVICES !== undefined && { visibleGpus: CUDA_VISIBLE_DEVICES }), logFormat: GRAFT_LOG_FORMAT, ...(GRAFT_HEALTH_FILE !== undefined && { healthFile: GRAFT_HEALTH_FILE }), ...(GRAFT_KINDS.length > 0 && { kinds: GRAFT_KINDS }), server: GRAFT_SERVER.replace(/\/+$/, ''), token: GRAFT_TOKEN ?? readTokenFile(path.join(GRAFT_DATA, 'tokens', 'worker')), cacheFolder: GRAFT_CACHE, name: GRAFT_WORKER_NAME }
}

function readTokenFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new GraftError('unauthorized', `No worker token: GRAFT_TOKEN is not set and ${file} cannot be read.`, {
      hint: 'On the machine of the server, `npm start` writes that file; elsewhere, set GRAFT_TOKEN to its content.',
      cause,
    })
  }
}
