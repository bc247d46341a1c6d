import { randomUUID } from 'node:crypto'
import type { DatasetManifest } from '@graft/contracts/dataset'
import type { JobPayload } from '@graft/contracts/job'
import type { ClaimedJob } from '@graft/contracts/worker-protocol'
import { makeTrialResult } from './fixtures.ts'
import type { TestServer } from './test-server.ts'

export type TrialPayload = Extract<JobPayload, { kind: 'trial' }>

/** Claims the next trial, if one waits. */
export async function claimTrial({ worker }: TestServer, workerId: string): Promise<(ClaimedJob & { payload: TrialPayload }) | null> {
  const { job } = await worker.worker.claim({ workerId, claimId: randomUUID(), kinds: ['trial'], waitSeconds: 0 })
  return job === null ? null : { ...job, payload: job.payload as TrialPayload }
}

/** Tells the validation accuracy of one epoch. */
export function tellEpoch({ worker }: TestServer, workerId: string, job: ClaimedJob, step: number, accuracy: number) {
  return worker.worker.metrics({ jobId: job.jobId, attempt: job.attempt, workerId, points: [{ step, name: 'validation/accuracy', value: accuracy }] })
}

/** Trains every trial that waits, as a worker would that reaches this validation accuracy in one epoch; `manifests` by dataset. @returns what was trained, in order. */
export async function trainWaiting(test: TestServer, workerId: string, manifests: Readonly<Record<string, DatasetManifest>>, accuracyOf: (payload: TrialPayload) => number, most = Infinity): Promise<TrialPayload[]> {
  const trained: TrialPayload[] = []
  while (trained.length < most) {
    const job = await claimTrial(test, workerId)
    if (job === null) break
    const accuracy = accuracyOf(job.payload)
    await tellEpoch(test, workerId, job, 1, accuracy)
    const result = makeTrialResult(manifests[job.payload.datasetName]!, () => true)
    await test.worker.worker.finish({ jobId: job.jobId, attempt: job.attempt, workerId, result: { ...result, summary: { ...result.summary, validation: { ...result.summary.validation, accuracy } } } })
    trained.push(job.payload)
  }
  return trained
}
