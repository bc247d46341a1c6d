import { expect, test } from 'vitest'
import { GraftError } from '@graft/contracts/errors'
import { retryWhileUnreachable } from './retry.ts'

const away = () => new GraftError('unavailable', 'away')

test('tries again while the server is away, and passes a refusal through at once', async () => {
  let calls = 0
  const signal = new AbortController().signal
  const answer = await retryWhileUnreachable(async () => (++calls < 3 ? Promise.reject(away()) : 'here'), { signal, firstDelay: 0.001 })
  expect([answer, calls]).toEqual(['here', 3])
  calls = 0
  await expect(retryWhileUnreachable(async () => Promise.reject(++calls && new GraftError('stale_attempt', 'no')), { signal, firstDelay: 0.001 })).rejects.toMatchObject({ code: 'stale_attempt' })
  expect(calls).toBe(1)
})

test('gives up after the given tries, and at once when told to stop', async () => {
  let calls = 0
  const stop = new AbortController()
  await expect(retryWhileUnreachable(async () => Promise.reject(++calls && away()), { signal: stop.signal, firstDelay: 0.001, attempts: 4 })).rejects.toMatchObject({ code: 'unavailable' })
  expect(calls).toBe(4)
  const waiting = retryWhileUnreachable(async () => Promise.reject(away()), { signal: stop.signal, firstDelay: 100 })
  setTimeout(() => stop.abort(new GraftError('aborted', 'Stopped.')), 5)
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
})
