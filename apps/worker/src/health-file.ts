import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { WorkerMode } from '@graft/contracts/worker-protocol'

/** What a supervisor may read of a worker that lives. */
export interface WorkerHealth {
  /** When it was written: a worker that hangs writes it no more. */
  at: string
  worker: string
  server: string
  /** When the server last answered; null: not yet. */
  answeredAt: string | null
  /** Whether the server gives it jobs; null: not known yet. */
  mode: WorkerMode | null
  /** Jobs that run. */
  jobs: number
}

/** A file that is written with each heartbeat, whole or not at all, and taken away when the worker ends. */
export interface HealthFile {
  write(health: WorkerHealth): Promise<void>
  remove(): Promise<void>
}

export function healthFile(file: string | undefined): HealthFile {
  if (file === undefined) return { write: async () => undefined, remove: async () => undefined }
  const beside = `${file}.${process.pid}`
  return {
    async write(health) {
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(beside, `${JSON.stringify(health)}\n`)
      await rename(beside, file)
    },
    remove: () => rm(file, { force: true }),
  }
}
