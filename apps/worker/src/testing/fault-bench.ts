import path from 'node:path'
import { zipSync } from 'fflate'
import type { Recipe } from '@graft/contracts/recipe'
import { quickRecipe } from './quick-recipe.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { createUserClient, until, untilFinal, type UserClient } from './user-client.ts'
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts'
import { noisyImage } from './write-image-folder.ts'

/** A server with an imported dataset (`shapes`: 2 classes, 32 images), and what a test of a fault does with it. */
export interface FaultBench {
  server: TestServer
  user: UserClient
  /** Starts a worker process with a cache of its own. None outlives the bench. */
  startWorker(name: string, environment?: Record<string, string>): WorkerProcess
  /** Launches one trial. @returns its id. */
  launch(options: { seed: number; epochs: number; model?: string; recipe?: Recipe }): Promise<string>
  trial(id: string): ReturnType<UserClient['api']['trial']['get']['query']>
  /** What a trial's run must come to, however often it was interrupted: each metric but the seconds, and the weights. */
  outcome(id: string): Promise<{ metrics: string[]; weightsSha256: string | undefined }>
  /** Checkpoints that the job names now, newest first. */
  checkpoints(id: string): Promise<string[]>
  /** Resolves when so many epochs have been recorded. */
  epochs(id: string, atLeast: number): Promise<number>
  /** What passing time does to the lease. */
  leaseRunsOut(id: string): Promise<unknown>
  /** Ends all workers of the test at once: the next one's jobs are not theirs. */
  endWorkers(): Promise<void>
  close(): Promise<void>
}

export async function startFaultBench(options: Parameters<typeof startTestServer>[0] = {}): Promise<FaultBench> {
  const server = await startTestServer(options)
  const user = createUserClient(server.address, server.userToken)
  const started: WorkerProcess[] = []
  const startWorker = (name: string, environment: Record<string, string> = {}): WorkerProcess => {
    const worker = startWorkerProcess(server, name, { GRAFT_CACHE: path.join(server.folder, `cache of ${name}`), GRAFT_CHECKPOINT_SECONDS: '0', ...environment })
    started.push(worker)
    return worker
  }
  const endWorkers = async (): Promise<void> => void (await Promise.all(started.splice(0).map(({ end }) => end('SIGKILL'))))
  const images: Record<string, Uint8Array> = {}
  for (const [classIndex, name] of ['circle', 'square'].entries()) for (let image = 0; image < 16; image++) images[`${name}/${image}.png`] = await noisyImage(classIndex, image)
  const importer = startWorker('importer', { GRAFT_KINDS: 'import' })
  const importId = await user.importArchive('shapes', zipSync(images))
  const imported = await untilFinal(() => user.api.import.get.query({ importId }))
  if (imported.state !== 'finished') throw new Error(`The import ended as ${imported.state}: ${JSON.stringify(imported.error)}`)
  await importer.end('SIGTERM')

  const epochCount = (id: string): Promise<number> => server.db.epochMetric.count({ where: { trialId: id, name: 'train/loss' } })
  return {
    server,
    user,
    startWorker,
    async launch({ seed, epochs, model = 'three-layer-convnet', recipe = quickRecipe(epochs) }) {
      const { sweepId } = await user.api.sweep.create.mutate({ datasets: ['shapes'], models: [model], recipe, seeds: [seed] })
      return (await user.api.sweep.get.query({ id: sweepId })).trials[0]!.id
    },
    trial: (id) => user.api.trial.get.query({ id }),
    async outcome(id) {
      const [metrics, { summary }] = await Promise.all([server.db.epochMetric.findMany({ where: { trialId: id, name: { not: 'epoch/seconds' } }, orderBy: [{ step: 'asc' }, { name: 'asc' }] }), user.api.trial.get.query({ id })])
      return { metrics: metrics.map(({ step, name, value }) => `${step} ${name} ${value}`), weightsSha256: summary?.weightsSha256 }
    },
    async checkpoints(id) {
      const { payload } = await server.db.job.findFirstOrThrow({ where: { subjectId: id } })
      return (payload as { checkpoints?: string[] }).checkpoints ?? []
    },
    epochs: (id, atLeast) =>
      until(async () => {
        const count = await epochCount(id)
        return count >= atLeast && count
      }),
    leaseRunsOut: (id) => server.db.$executeRaw`UPDATE "Job" SET "leaseUntil" = clock_timestamp() WHERE state = 'running' AND "subjectId" = ${id}`,
    endWorkers,
    async close() {
      await endWorkers()
      await server.close()
    },
  }
}
