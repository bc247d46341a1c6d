import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobResult } from '../../packages/contracts/src/job.ts'
import type { MetricPoint } from '../../packages/contracts/src/trial.ts'
import { workerProtocolVersion, type AttemptReference, type ClaimOutput, type RegisterOutput } from '../../packages/contracts/src/worker-protocol.ts'
import { environment } from '../../packages/api/src/testing/fixtures.ts'
import { WorkerApi } from './worker-api.ts'

/** What a simulated worker noted of a trial, times by this machine's clock in milliseconds. */
export interface Started {
  jobId: string
  /** When the answer of its claim was there. */
  at: number
}

export interface SimulatedWorkerOptions {
  address: string
  token: string
  name: string
  /** What it answers for a trial. */
  result: JobResult & { kind: 'trial' }
  signal: AbortSignal
  onStart?(started: Started): void
  onFinish?(): void
  /** Anything that a worker must never be answered in a run without faults. */
  onError(error: Error): void
}

const usage = { gpus: [], processMemoryBytes: 3e8, machineMemoryUsedBytes: null, machineMemoryTotalBytes: null, diskFreeBytes: null }
const noProgress = { stage: 'training', fraction: 0.5, message: '' } as const

/** Speaks the worker's protocol as a real one does (register, claim and wait, renew, heartbeat, metrics, finish), and computes nothing. */
export class SimulatedWorker {
  readonly #api: WorkerApi
  readonly #options: SimulatedWorkerOptions
  #workerId = ''
  #renewMilliseconds = 5000

  constructor(options: SimulatedWorkerOptions) {
    this.#options = options
    this.#api = new WorkerApi(options.address, options.token)
  }

  async register(): Promise<void> {
    const registration = await this.#api.call<RegisterOutput>('worker.register', { name: this.#options.name, protocolVersion: workerProtocolVersion, environment, device: 'cpu', slots: 1, memoryBytes: null, labels: {} })
    this.#workerId = registration.workerId
    this.#renewMilliseconds = registration.renewSeconds * 1000
    void this.#every(registration.heartbeatSeconds * 1000, () => this.#api.call('worker.heartbeat', { workerId: this.#workerId, usage }))
  }

  /** Takes trials until the signal fires; each lasts `trialMilliseconds` and sends a batch of metrics where `points` says so. */
  async work(trialMilliseconds: () => number, points: readonly MetricPoint[] = []): Promise<void> {
    while (!this.#options.signal.aborted) {
      const reference = await this.claim()
      if (reference === null) continue
      const over = new AbortController()
      const milliseconds = trialMilliseconds()
      if (milliseconds > 0) {
        void this.#every(this.#renewMilliseconds, () => this.#api.call('worker.renew', { ...reference, progress: noProgress }), over.signal)
        await sleep(milliseconds)
      }
      if (points.length > 0) await this.#guarded(() => this.metrics(reference, points))
      over.abort()
      const finished = await this.#guarded(() => this.#api.call('worker.finish', { ...reference, result: this.#options.result }))
      if (finished) this.#options.onFinish?.()
    }
  }

  /** The next trial; null when none came within some seconds. */
  async claim(): Promise<AttemptReference | null> {
    let reference: AttemptReference | null = null
    await this.#guarded(async () => {
      const { job } = await this.#api.call<ClaimOutput>('worker.claim', { workerId: this.#workerId, claimId: randomUUID(), kinds: ['trial'], waitSeconds: 5 })
      if (job === null) return
      this.#options.onStart?.({ jobId: job.jobId, at: Date.now() })
      reference = { jobId: job.jobId, attempt: job.attempt, workerId: this.#workerId }
    })
    return reference
  }

  metrics(reference: AttemptReference, points: readonly MetricPoint[]): Promise<unknown> {
    return this.#api.call('worker.metrics', { ...reference, points })
  }

  finish(reference: AttemptReference): Promise<unknown> {
    return this.#api.call('worker.finish', { ...reference, result: this.#options.result })
  }

  close(): void {
    this.#api.close()
  }

  async #every(milliseconds: number, call: () => Promise<unknown>, until: AbortSignal = this.#options.signal): Promise<void> {
    const either = AbortSignal.any([until, this.#options.signal])
    for (;;) {
      await sleep(milliseconds, undefined, { signal: either }).catch(() => {})
      if (either.aborted) return
      await this.#guarded(call, either)
    }
  }

  /** Runs a call and reports its failure; whether it went well. What fails because the run is over counts for nothing. */
  async #guarded(call: () => Promise<unknown>, until: AbortSignal = this.#options.signal): Promise<boolean> {
    try {
      await call()
      return true
    } catch (error) {
      if (!until.aborted && !this.#options.signal.aborted) this.#options.onError(error as Error)
      await sleep(100)
      return false
    }
  }
}
