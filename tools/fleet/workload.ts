import type { MetricPoint } from '../../packages/contracts/src/trial.ts'
import { describeModel, environment, fakeJpeg, makeManifest, makeTrialResult, smallRecipe } from '../../packages/api/src/testing/fixtures.ts'
import { workerProtocolVersion, type ClaimOutput, type RegisterOutput } from '../../packages/contracts/src/worker-protocol.ts'
import { sha256Of } from '../../packages/api/src/testing/test-server.ts'
import { createUserClient } from '../../apps/worker/src/testing/user-client.ts'
import { randomUUID } from 'node:crypto'
import type { ServerUnderTest } from './server-under-test.ts'
import { WorkerApi } from './worker-api.ts'

export const manifest = makeManifest(2)
/** What every simulated trial answers: a summary, eight predictions, no files. */
export const result = makeTrialResult(manifest, () => true)

const models = Array.from({ length: 20 }, (_, index) => `model-${index}`)
const seedsASweep = 100

/** A dataset and twenty models, told as an importing worker tells them. */
export async function prepareCatalog(server: ServerUnderTest): Promise<void> {
  const api = new WorkerApi(server.address, server.workerToken)
  await api.call('model.sync', { models: models.map((id) => ({ model: describeModel(id, false), availability: { state: 'from-scratch', reason: null }, hasTop: false, weights: null })) })
  const { workerId } = await api.call<RegisterOutput>('worker.register', { name: 'importer', protocolVersion: workerProtocolVersion, environment, device: 'cpu', slots: 1, memoryBytes: null, labels: {} })
  const { api: user } = createUserClient(server.address, server.userToken)
  const { importId } = await user.import.create.mutate({ name: 'pets', source: 'files' })
  await fetch(`${server.address}/api/uploads/${importId}/files?path=cat/1.jpg`, { method: 'PUT', headers: { authorization: `Bearer ${server.userToken}` }, body: new Blob([new Uint8Array(fakeJpeg('upload'))]) })
  await user.import.start.mutate({ importId })
  const { job } = await api.call<ClaimOutput>('worker.claim', { workerId, claimId: randomUUID(), kinds: ['import'], waitSeconds: 10 })
  if (job === null) throw new Error('The import was not to be claimed.')
  const content = JSON.stringify(manifest)
  await api.putBlob(sha256Of(content), content)
  const report = { filesFound: manifest.images.length, imagesKept: manifest.images.length, seconds: 1, issues: [], notes: [] }
  await api.call('worker.finish', { jobId: job.jobId, attempt: job.attempt, workerId, result: { kind: 'import', manifest, manifestSha256: sha256Of(content), report } })
  await api.call('worker.leave', { workerId })
  api.close()
}

/** Launches trials as a person does, whole sweeps at a time; no two are the same point. */
export class Launcher {
  readonly #user: ReturnType<typeof createUserClient>['api']
  #nextSeed = 0

  constructor(server: ServerUnderTest) {
    this.#user = createUserClient(server.address, server.userToken).api
  }

  /** @returns how many were queued: `atLeast` rounded up to whole sweeps of 20 models x up to 100 seeds. */
  async launch(atLeast: number): Promise<number> {
    let queued = 0
    while (queued < atLeast) queued += await this.#sweep(models, Math.min(seedsASweep, Math.ceil((atLeast - queued) / models.length)))
    return queued
  }

  launchOne(): Promise<number> {
    return this.#sweep(models.slice(0, 1), 1)
  }

  async #sweep(sweptModels: readonly string[], seedCount: number): Promise<number> {
    const seeds = Array.from({ length: seedCount }, () => this.#nextSeed++)
    const { trials } = await this.#user.sweep.create.mutate({ datasets: ['pets'], models: [...sweptModels], recipe: smallRecipe, seeds })
    return trials
  }
}

/** Metrics of `epochs` epochs as the engine reports them, from step `first` on. */
export function epochPoints(first: number, epochs: number): MetricPoint[] {
  const names = ['train/loss', 'train/accuracy', 'validation/loss', 'validation/accuracy', 'epoch/seconds'] as const
  return Array.from({ length: epochs }, (_, epoch) => names.map((name) => ({ step: first + epoch, name, value: Math.random() }))).flat()
}
