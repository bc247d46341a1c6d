import path from 'node:path'
import { zipSync } from 'fflate'
import type { Recipe } from '@graft/contracts/recipe'
import { quickRecipe } from './quick-recipe.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { createUserClient, untilFinal, type UserClient } from './user-client.ts'
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
  /** Ends all workers of the test at once: the next one's jobs are not theirs. */
  endWorkers(): Promise<void>
  close(): Promise<void>
}

export async function startFaultBench(): Promise<FaultBench> {
  const server = await startTestServer()
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

  return {
    server,
    user,
    startWorker,
    async launch({ seed, epochs, model = 'three-layer-convnet', recipe = quickRecipe(epochs) }) {
      const { sweepId } = await user.api.sweep.create.mutate({ datasets: ['shapes'], models: [model], recipe, seeds: [seed] })
      return (await user.api.sweep.get.query({ id: sweepId })).trials[0]!.id
    },
    trial: (id) => user.api.trial.get.query({ id }),
    endWorkers,
    async close() {
      await endWorkers()
      await server.close()
    },
  }
}
