import os from 'node:os'
import type { Command } from 'commander'
import { z } from 'zod'
import { jobKindSchema } from '@graft/contracts/job'
import { labelsSchema } from '@graft/contracts/requirements'
import { byteSizeSchema } from '@graft/worker/byte-size'
import { parseLabels } from '@graft/worker/parse-labels'
import { runWorker } from '@graft/worker/run-worker'
import { exitStatus } from '@graft/worker/exit-status'
import { logFormatSchema, logLine } from '@graft/worker/worker-log'
import { stopSignal } from '@graft/worker/stop-signals'
import { readEnvironment } from './env.ts'
import { requireInput, splitList } from './input.ts'
import { serverOptions } from './server-client.ts'
import { print } from './terminal.ts'

const optionsSchema = z.object({
  name: z.string().trim().min(1).max(100),
  kinds: z.array(jobKindSchema).min(1).optional(),
  threads: z.number().int().min(1).max(256).optional(),
  slots: z.number().int().min(1).max(64),
  label: labelsSchema,
  cacheSize: byteSizeSchema,
  logFormat: logFormatSchema,
  healthFile: z.string().min(1).optional(),
})

/** What `graft worker` is given. */
export interface WorkerCommandOptions {
  name?: string
  cache?: string
  cacheSize: string
  kinds?: string
  threads?: string
  device: string
  slots: string
  label?: readonly string[]
  exitWhenIdle?: boolean
  logFormat: string
  healthFile?: string
}

/** Runs a worker in this process until it is told to stop. */
export async function startWorker(options: WorkerCommandOptions, command: Command): Promise<void> {
  const { name, kinds, threads, slots, label, cacheSize, logFormat, healthFile } = requireInput(optionsSchema, {
    name: options.name ?? os.hostname(),
    kinds: options.kinds === undefined ? undefined : splitList(options.kinds),
    threads: options.threads === undefined ? undefined : Number(options.threads),
    slots: Number(options.slots),
    label: parseLabels(options.label ?? []),
    cacheSize: options.cacheSize,
    logFormat: options.logFormat,
    healthFile: options.healthFile,
  })
  const log = (line: string): void => print(logLine(logFormat, name, line))
  const signal = stopSignal((received) => log(`${received}: stopping.`))
  const { cacheFolder, visibleGpus } = readEnvironment()
  const outcome = await runWorker({
    ...serverOptions(command, 'worker'),
    name,
    cacheFolder: options.cache ?? cacheFolder,
    maxCacheBytes: cacheSize,
    device: options.device,
    slots,
    labels: label,
    ...(kinds ? { kinds } : {}),
    ...(threads ? { threads } : {}),
    ...(visibleGpus === undefined ? {} : { visibleGpus }),
    ...(healthFile === undefined ? {} : { healthFile }),
    exitWhenIdle: options.exitWhenIdle ?? false,
    signal,
    log,
  })
  process.exit(exitStatus(outcome))
}
