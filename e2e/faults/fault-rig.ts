import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createUserClient, until, type UserClient } from '../../apps/worker/src/testing/user-client.ts'
import { quickRecipe } from '../../apps/worker/src/testing/quick-recipe.ts'
import { writeImageFolder } from '../../apps/worker/src/testing/write-image-folder.ts'
import { isTerminal } from '../../packages/contracts/src/trial.ts'
import type { Recipe } from '../../packages/contracts/src/recipe.ts'
import { startServerUnderTest, type ServerUnderTest } from '../../tools/fleet/server-under-test.ts'

const main = fileURLToPath(new URL('../../apps/worker/src/main.ts', import.meta.url))

export interface RigWorker {
  name: string
  child: ChildProcess
  output(): string
  /** Resolves with the exit code; null when it ended by a signal. */
  ended: Promise<number | null>
  end(signal: NodeJS.Signals): Promise<number | null>
}

export interface WorkerSettings {
  /** Where it finds the server, if not at the server itself. */
  address?: string
  /** A module that is loaded before the worker, and before the process of its jobs. */
  preload?: string
  environment?: Record<string, string>
  /** A cache of its own, instead of the one that all workers of the test share. */
  ownCache?: boolean
}

/** What one trial left: everything that must be the same however it was disturbed. */
export interface TrialOutcome {
  state: string
  weightsSha256: string
  /** Every metric but the seconds, which are never the same twice. */
  metrics: string[]
  predictions: string[]
}

/** A real server, a real database, a tiny dataset, and real worker processes that leave a checkpoint after each epoch; all ended by `close`. */
export interface FaultRig {
  server: ServerUnderTest
  user: UserClient
  startWorker(name: string, settings?: WorkerSettings): RigWorker
  /** Queues one trial, by default of a head on MobileNetV2, whose epochs take milliseconds. */
  launch(seed: number, epochs: number, recipe?: Partial<Recipe>, model?: string): Promise<{ id: string; sweepId: string }>
  /** Takes a sweep and its trials out of the database, so that the same point can be trained again. */
  forget(sweepId: string): Promise<void>
  outcome(id: string): Promise<TrialOutcome>
  untilOver(id: string): Promise<void>
  /** Until the trial runs and has reported this many epochs. */
  underWay(id: string, epochs?: number): Promise<void>
  epochsOf(id: string): Promise<number>
  attemptsOf(id: string): Promise<string[]>
  /** The control: what a worker that nothing disturbs makes of the trial, which is then forgotten. */
  undisturbed(seed: number, epochs: number): Promise<TrialOutcome>
  close(): Promise<void>
}

export async function startFaultRig(): Promise<FaultRig> {
  const server = await startServerUnderTest('api')
  const user = createUserClient(server.address, server.userToken)
  const workers: RigWorker[] = []
  const rig: FaultRig = {
    server,
    user,
    startWorker(name, settings = {}) {
      const worker = spawnWorker(server, name, settings)
      workers.push(worker)
      return worker
    },
    async launch(seed, epochs, recipe = {}, model = 'mobilenet-v2') {
      const { sweepId } = await user.api.sweep.create.mutate({ datasets: ['shapes'], models: [model], recipe: { ...quickRecipe(epochs), ...recipe }, seeds: [seed] })
      const { trialId } = await until(() => server.db.sweepTrial.findFirst({ where: { sweepId }, select: { trialId: true } }))
      return { id: trialId, sweepId }
    },
    forget: async (sweepId) => void (await server.db.sweep.delete({ where: { id: sweepId } })),
    outcome: (id) => outcomeOf(server, id),
    async untilOver(id) {
      await until(async () => isTerminal((await jobOf(server, id)).state))
    },
    async underWay(id, epochs = 1) {
      await until(async () => (await epochsOf(server, id)) >= epochs && (await jobOf(server, id)).state === 'running')
    },
    epochsOf: (id) => epochsOf(server, id),
    async attemptsOf(id) {
      const attempts = await server.db.attempt.findMany({ where: { job: { subjectId: id, kind: 'trial' } }, orderBy: { number: 'asc' }, include: { worker: { select: { name: true } } } })
      return attempts.map(({ number, state, worker }) => `${number} ${state} ${worker.name}`)
    },
    async undisturbed(seed, epochs) {
      const worker = rig.startWorker('control')
      const { id, sweepId } = await rig.launch(seed, epochs)
      await rig.untilOver(id)
      const outcome = await rig.outcome(id)
      await worker.end('SIGTERM')
      await rig.forget(sweepId)
      return outcome
    },
    async close() {
      for (const { child } of workers) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await server.close()
    },
  }
  await importShapes(rig)
  return rig
}

async function importShapes({ server, user, startWorker }: FaultRig): Promise<void> {
  const folder = path.join(server.folder, 'shapes')
  await writeImageFolder(folder, ['circle', 'square'], 16)
  const helper = startWorker('importer')
  const importId = await user.importFolder('shapes', folder)
  await until(async () => (await user.api.import.get.query({ importId })).state === 'finished')
  await helper.end('SIGTERM')
}

function spawnWorker(server: ServerUnderTest, name: string, { address = server.address, preload, environment = {}, ownCache }: WorkerSettings): RigWorker {
  const cache = path.join(server.folder, ownCache ? `cache-${name}` : 'cache')
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    cwd: path.dirname(main),
    env: { PATH: process.env['PATH'], HOME: server.folder, GRAFT_SERVER: address, GRAFT_TOKEN: server.workerToken, GRAFT_CACHE: cache, GRAFT_WORKER_NAME: name, GRAFT_CHECKPOINT_SECONDS: '0', ...(preload === undefined ? {} : { NODE_OPTIONS: `--import ${pathToFileURL(preload).href}` }), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    name,
    child,
    output: () => output,
    ended,
    end(signal) {
      child.kill(signal)
      return ended
    },
  }
}

const jobOf = (server: ServerUnderTest, trialId: string) => server.db.job.findFirstOrThrow({ where: { subjectId: trialId, kind: 'trial' } })

async function epochsOf(server: ServerUnderTest, trialId: string): Promise<number> {
  return server.db.epochMetric.count({ where: { trialId, name: 'train/loss' } })
}

async function outcomeOf({ db }: ServerUnderTest, id: string): Promise<TrialOutcome> {
  const trial = await db.trial.findUniqueOrThrow({ where: { id }, include: { job: { select: { state: true } } } })
  const metrics = await db.epochMetric.findMany({ where: { trialId: id, name: { not: 'epoch/seconds' } }, orderBy: [{ step: 'asc' }, { name: 'asc' }] })
  const predictions = await db.prediction.findMany({ where: { trialId: id }, orderBy: { position: 'asc' } })
  return {
    state: trial.job.state,
    weightsSha256: (trial.summary as { weightsSha256: string } | null)?.weightsSha256 ?? '',
    metrics: metrics.map(({ step, name, value }) => `${step} ${name} ${value}`),
    predictions: predictions.map(({ trialId: _trial, ...prediction }) => JSON.stringify(prediction)),
  }
}

/** The process in which a worker's trials run: its only child that is one. */
export function trainerOf(worker: RigWorker): number {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)
  const isTrainer = (pid: number): boolean => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      return parent === worker.child.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('job-process')
    } catch {
      return false // ended meanwhile
    }
  }
  const trainers = children.filter(isTrainer)
  if (trainers.length === 0) throw new Error(`${worker.name} has no process for its jobs.`)
  return trainers[0]!
}

/** Makes the leases of a trial's running attempt end now, as passing time does. */
export const leaseRunsOut = (rig: FaultRig, id: string) => rig.server.db.$executeRaw`UPDATE "Job" SET "leaseUntil" = clock_timestamp() WHERE state = 'running' AND "subjectId" = ${id}`
