import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { GraftError } from '@graft/contracts/errors'
import type { JobProgress } from '@graft/contracts/job'
import type { RenewOutput } from '@graft/contracts/worker-protocol'
import { createAttemptStop, stopReasons } from './attempt-stop.ts'
import { holdLease } from './lease.ts'

const soon = 0.01

function start(renew: (progress: JobProgress) => Promise<RenewOutput>, o: { stallSeconds?: number; now?: () => number } = {}) {
  const stop = createAttemptStop()
  const stopped = new Promise<unknown>((resolve) => stop.now.addEventListener('abort', () => resolve(stop.reason())))
  const obey = ({ order }: RenewOutput): void => void (order === 'cancel' && stop.stop(stopReasons.cancelled()))
  return { stop, stopped, lease: holdLease({ renew, obey, renewSeconds: soon, stallSeconds: o.stallSeconds ?? 60, stop, ...(o.now ? { now: o.now } : {}) }) }
}

test('renews with the latest progress, cut to what the protocol takes, until it is stopped', async () => {
  const seen: JobProgress[] = []
  const { lease, stop } = start(async (progress) => {
    seen.push(progress)
    return { order: 'continue' }
  })
  lease.progress({ stage: 'training', fraction: 1.0000001, message: 'x'.repeat(400) })
  while (seen.length < 3) await sleep(5)
  lease.stop()
  const count = seen.length
  await sleep(50)
  expect(seen.length).toBe(count)
  expect(seen[0]).toEqual({ stage: 'training', fraction: 1, message: 'x'.repeat(300) })
  expect(stop.now.aborted).toBe(false)
})

test('stops the job when it was cancelled', async () => {
  const { stopped } = start(async () => ({ order: 'cancel' }))
  expect(await stopped).toMatchObject({ kind: 'cancelled', error: { code: 'aborted' } })
})

test('stops the job when another attempt has it', async () => {
  const { stopped } = start(async () => Promise.reject(new GraftError('stale_attempt', 'Attempt 1 no longer holds this job.')))
  expect(await stopped).toMatchObject({ kind: 'stale', error: { code: 'stale_attempt' } })
})

test('a renewal that is refused while the result is on its way stops nothing', async () => {
  const answers: (() => Promise<RenewOutput>)[] = [() => Promise.reject(new GraftError('stale_attempt', 'The job is finished.')), async () => ({ order: 'cancel' })]
  const renewals: JobProgress[] = []
  const { stop, lease } = start(async (progress) => answers[renewals.push(progress) % 2]!())
  lease.reporting()
  while (renewals.length < 4) await sleep(5)
  lease.stop()
  expect(stop.now.aborted).toBe(false)
})

test('keeps on while the server is away', async () => {
  const calls: JobProgress[] = []
  const { stop, lease } = start(async (progress) => {
    if (calls.push(progress) < 4) throw new GraftError('unavailable', 'away')
    return { order: 'continue' }
  })
  while (calls.length < 5) await sleep(5)
  lease.stop()
  expect(stop.now.aborted).toBe(false)
})

test('a job without progress is stopped and no longer renewed', async () => {
  let clock = 0
  let renewals = 0
  const { stopped, lease } = start(
    async () => {
      renewals++
      clock += 4000
      return { order: 'continue' }
    },
    { stallSeconds: 10, now: () => clock },
  )
  lease.progress({ stage: 'training', fraction: null, message: '' })
  expect(await stopped).toMatchObject({ kind: 'stalled', error: { code: 'unavailable', message: 'The job made no progress for 10 s and was stopped.' } })
  expect(renewals).toBe(3)
})

test('new progress goes out soon, not only with the next renewal', async () => {
  const seen: string[] = []
  const lease = holdLease({
    renew: async ({ message }) => {
      seen.push(message)
      return { order: 'continue' }
    },
    renewSeconds: 3600,
    reportSeconds: 0,
    obey: () => undefined,
    stallSeconds: 60,
    stop: createAttemptStop(),
  })
  for (const message of ['1', '2', '3']) {
    lease.progress({ stage: 'training', fraction: null, message })
    await sleep(20)
  }
  lease.stop()
  expect(seen).toEqual(['1', '2', '3'])
})
