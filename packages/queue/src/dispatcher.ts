import type { JobKind } from '@graft/contracts/job'
import { requirementsSchema, unmetRequirements, type WorkerCapacity } from '@graft/contracts/requirements'
import type { ClaimOutput } from '@graft/contracts/worker-protocol'
import type { ChangeTeller } from '@graft/db/change-teller'
import type { Database } from '@graft/db/client'
import type { Notifications, WaitingJobs } from '@graft/db/notifications'
import { claimJob } from './claim.ts'
import { expireLeases } from './expire-leases.ts'
import { createTrialCosts } from './fair-share.ts'
import { createGate } from './gate.ts'
import { hearWorker } from './hear-worker.ts'
import type { Claim } from './read-claim.ts'
import { waitingJobs } from './waiting-jobs.ts'

/** Serves the claims of one server process. */
export interface Dispatcher {
  /** Claims, and waits up to `waitSeconds` for a job when there is none: the database's notification ends the wait at once. */
  claim(claim: Claim & { waitSeconds: number }, signal?: AbortSignal): Promise<ClaimOutput>
  close(): Promise<void>
}

/** A claim that looks for a job or waits for one. */
interface Waiter {
  capacity: WorkerCapacity
  kinds: ReadonlySet<string>
  /** Jobs that it was told of since it last looked. */
  rings: WaitingJobs[]
  wake(): void
}

/** Claims that ask the database at once: the rest wait their turn here, not for a connection. */
const claimsAtOnce = 8
/** Jobs become due after a delay, and notifications are lost with their connection: so often somebody looks. */
const lookMilliseconds = 1000
/** So many look then, and tell on when they find something. */
const lookersAtOnce = 4
/** A worker that is to take nothing is told so not at once but after this, lest it asks in a tight loop. */
const idleMilliseconds = 5000
const costsMilliseconds = 30_000

/** One waiting claim is woken for each job that is queued: never all of them for one job. */
export function createDispatcher(db: Database, notifications: Notifications, teller: ChangeTeller): Dispatcher {
  const costs = createTrialCosts()
  const gate = createGate(claimsAtOnce)
  const waiters = new Set<Waiter>()
  let unsubscribe: (() => void) | undefined
  let looking: Promise<void> | undefined
  let costsAt = 0

  /** Tells of jobs as many waiting claims as there are jobs, those first that wait the longest. */
  function ring(jobs: WaitingJobs, most = jobs.count): void {
    let left = Math.min(jobs.count, most)
    const requirements = requirementsSchema.parse(jobs.requirements)
    for (const waiter of waiters) {
      if (left === 0) return
      if (waiter.rings.length > 0 || !waiter.kinds.has(jobs.kind) || unmetRequirements(waiter.capacity, requirements).length > 0) continue
      left -= 1
      waiter.rings.push({ ...jobs, count: 1 })
      waiter.wake()
    }
  }

  async function look(): Promise<void> {
    if (Date.now() - costsAt > costsMilliseconds) {
      costsAt = Date.now()
      await costs.measure(db)
    }
    await expireLeases(db)
    for (const jobs of await waitingJobs(db)) ring(jobs, lookersAtOnce)
  }

  const lookAround = (): void => {
    if (waiters.size > 0) looking ??= look().catch(() => {}).finally(() => (looking = undefined)) // the database is away: claims tell
  }
  const timer = setInterval(lookAround, lookMilliseconds).unref()

  async function claimUntil(claim: Claim & { waitSeconds: number }, waiter: Waiter, signal: AbortSignal | undefined): Promise<ClaimOutput> {
    const end = Date.now() + claim.waitSeconds * 1000
    for (;;) {
      const told = waiter.rings.splice(0) // before looking: what is told from here on is not missed
      const answer = await gate(() => (signal?.aborted ? nothing : claimJob({ db, costs, teller }, claim)))
      const left = end - Date.now()
      if (answer.job !== null) {
        for (const jobs of told) ring(jobs, 2) // where there was one, there may be more
        return answer
      }
      if (left <= 0 || signal?.aborted) return answer
      await rest(waiter, answer.mode === 'ready' ? left : Math.min(left, idleMilliseconds), signal)
      if (answer.mode !== 'ready' || (waiter.rings.length === 0 && Date.now() >= end)) return answer
    }
  }

  return {
    async claim(claim, signal) {
      unsubscribe ??= notifications.subscribe({ jobs: ring, connected: lookAround })
      const capacity = await hearWorker(db.statements, claim.workerId)
      const waiter: Waiter = { capacity, kinds: new Set<JobKind>(claim.kinds), rings: [], wake: () => {} }
      waiters.add(waiter)
      try {
        return await claimUntil(claim, waiter, signal)
      } finally {
        waiters.delete(waiter)
        for (const jobs of waiter.rings) ring(jobs) // it was told of a job and goes without: somebody else is
      }
    },
    async close() {
      clearInterval(timer)
      unsubscribe?.()
      await looking
    },
  }
}

const nothing: ClaimOutput = { job: null, mode: 'ready', reason: null }

/** Until the waiter is told of a job, the time is over or nobody waits for the answer any more. */
function rest(waiter: Waiter, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (waiter.rings.length > 0 || signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', wake)
      waiter.wake = () => {}
      resolve()
    }
    const timer = setTimeout(wake, milliseconds)
    signal?.addEventListener('abort', wake)
    waiter.wake = wake
  })
}
