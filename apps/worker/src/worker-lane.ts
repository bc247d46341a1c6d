import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isGraftError } from '@graft/contracts/errors'
import type { JobKind } from '@graft/contracts/job'
import type { ClaimedJob, ClaimOutput, WorkerStanding } from '@graft/contracts/worker-protocol'
import type { Admission } from './admission.ts'
import type { FreezeWatch } from './freeze-watch.ts'
import type { JobProcess } from './job-process/job-process.ts'
import { jobTitle } from './job-title.ts'
import type { Registrar, Registration } from './registration.ts'
import { runAttempt, type AttemptOutcome } from './run-attempt.ts'
import type { WorkerClient } from './worker-client.ts'
import type { WorkerOptions } from './worker-options.ts'

/** What the lanes of a worker share. */
export interface LaneShare {
  options: WorkerOptions
  client: WorkerClient
  registrar: Registrar
  /** Attempts by how they ended. */
  tally: Record<AttemptOutcome, number>
  /** Whether the memory takes one more trial. */
  admission: Admission
  freezes: FreezeWatch
  /** Fires when a lease was lost because this process had been stopped. */
  frozen: AbortController
  onAnswer(): void
  onStanding(standing: WorkerStanding): void
}

/** So long a lane rests after a full disk, lest it pause the whole queue. */
const diskFullSeconds = 300

export const outcomeNames: Readonly<Record<AttemptOutcome, string>> = {
  finished: 'finished',
  failed: 'failed',
  released: 'given back to the queue',
  paused: 'paused',
  'disk-full': 'paused until there is room on the disk',
  pruned: 'ended early by its search',
  stale: 'left to another attempt',
  cancelled: 'cancelled',
}

/** Claims jobs of some kinds and has them done, one after the other, until `signal` fires or, with `exitWhenIdle`, none is left. */
export async function runLane(share: LaneShare, kinds: readonly JobKind[], jobs: JobProcess, signal: AbortSignal): Promise<void> {
  const { options, registrar } = share
  let registration = await registrar.current()
  while (!signal.aborted) {
    const answer = await claim(share, kinds, registration.workerId, signal)
    share.onAnswer()
    if (answer === null) return
    if (answer === 'unknown-worker') {
      registration = await registrar.current(registration.workerId)
      continue
    }
    share.onStanding(answer)
    if (answer.job) await work(share, registration, jobs, answer.job, signal)
    // One that is draining or in quarantine is given nothing: it has nothing to wait for either.
    else if (options.exitWhenIdle) return
  }
}

/** Waits for a job at the server, so that an idle worker costs a request every 20 s. Null: stopped. */
async function claim({ options, client, admission }: LaneShare, kinds: readonly JobKind[], workerId: string, signal: AbortSignal): Promise<ClaimOutput | null | 'unknown-worker'> {
  try {
    if (kinds.includes('trial')) await admission.roomForAnother(signal)
    const claimId = randomUUID() // the same in every try: a claim whose answer was lost is answered again
    return await client.call((api, aborted) => api.worker.claim.mutate({ workerId, claimId, kinds: [...kinds], waitSeconds: options.exitWhenIdle ? 0 : 20 }, { signal: aborted }), signal, { patienceSeconds: 35 })
  } catch (error) {
    if (signal.aborted) return null
    if (isGraftError(error) && error.code === 'not_found') return 'unknown-worker'
    throw error
  }
}

async function work(share: LaneShare, registration: Registration, jobs: JobProcess, claimed: ClaimedJob, shutdown: AbortSignal): Promise<void> {
  const { options, client, tally, freezes, frozen, admission } = share
  const { log, stallSeconds = 300 } = options
  const started = performance.now()
  const title = jobTitle(claimed)
  log(`${title}: started.`)
  const outcome = await runAttempt({ claimed, workerId: registration.workerId, client, renewSeconds: registration.renewSeconds, stallSeconds, jobs, admission, shutdown, log })
  tally[outcome]++
  log(`${title}: ${outcomeNames[outcome]} after ${((performance.now() - started) / 1000).toFixed(1)} s.`)
  if (outcome === 'disk-full') {
    log(`Takes no job for ${diskFullSeconds / 60} minutes: the next one would meet the same disk.`)
    await sleep(diskFullSeconds * 1000, undefined, { signal: shutdown }).catch(() => undefined)
  }
  const pause = freezes.longestPause()
  if (outcome === 'stale' && pause > registration.leaseSeconds) {
    log(`This process was stopped for ${pause.toFixed(0)} s, longer than the ${registration.leaseSeconds} s of a lease: it ends, so that a new one starts from what the server knows.`)
    frozen.abort()
  }
}
