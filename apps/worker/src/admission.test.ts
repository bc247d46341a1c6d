import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createAdmission } from './admission.ts'

const gigabyte = 1e9
const signal = new AbortController().signal

test('a trial alone is let in whatever it takes; a second one waits until its estimate is free', async () => {
  let free = 10 * gigabyte
  const admission = createAdmission({ total: 12 * gigabyte, free: async () => free, lookSeconds: 0.01 })
  const first = await admission.admit(50 * gigabyte, signal, () => undefined)
  expect(first.memoryBudget).toBe(12 * gigabyte)
  free = 2 * gigabyte
  const waits: number[] = []
  let admitted = false
  const second = admission.admit(3 * gigabyte, signal, (needed) => waits.push(needed)).then((own) => {
    admitted = true
    return own
  })
  await sleep(50)
  expect(admitted).toBe(false)
  expect(waits[0]).toBe(3 * gigabyte)
  first.leave()
  expect((await second).memoryBudget).toBe(12 * gigabyte)
})

test('what was promised a moment ago counts as taken, though the memory does not show it yet', async () => {
  const admission = createAdmission({ total: 12 * gigabyte, free: async () => 10 * gigabyte, lookSeconds: 0.01 })
  const both = await Promise.all([admission.admit(4 * gigabyte, signal, () => undefined), admission.admit(5 * gigabyte, signal, () => undefined)])
  expect(both.map(({ memoryBudget }) => memoryBudget)).toEqual([12 * gigabyte, 6 * gigabyte])
  const stop = new AbortController()
  const third = admission.admit(2 * gigabyte, stop.signal, () => stop.abort(new Error('stopped')))
  await expect(third).rejects.toThrow('stopped')
  // The largest so far would not fit beside those two: no further one is claimed.
  await expect(admission.roomForAnother(AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' })
  both.forEach(({ leave }) => leave())
  await admission.roomForAnother(signal)
})
