import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTaskPool } from './task-pool.ts'

test('runs at most so many at a time and all of them', async () => {
  const pool = createTaskPool(3)
  let now = 0
  let most = 0
  let done = 0
  for (let index = 0; index < 10; index++) {
    await pool.add(async () => {
      most = Math.max(most, ++now)
      await sleep(2)
      now--
      done++
    })
  }
  await pool.drain()
  expect({ most, done }).toEqual({ most: 3, done: 10 })
})

test('the first failure comes out of the next add and of drain', async () => {
  const pool = createTaskPool(1)
  await pool.add(async () => Promise.reject(new Error('broken')))
  await expect(pool.add(async () => undefined)).rejects.toThrow('broken')
  await expect(pool.drain()).rejects.toThrow('broken')
})
