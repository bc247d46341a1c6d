import { expect, test } from 'vitest'
import { createImportanceCache } from './importance-cache.ts'

const answer = (importance: number) => [{ name: 'x', importance, deviation: 0 }]

test('computed once for the same configurations, also by requests at once; anew for others, and after a failure', async () => {
  const cache = createImportanceCache()
  let computed = 0
  const compute = async () => answer(++computed)
  const ended = (version: string, count = 100) => ({ version, count, grows: false })
  expect(await Promise.all([cache.find('a', ended('1'), compute), cache.find('a', ended('1'), compute)])).toEqual([answer(1), answer(1)])
  expect(await cache.find('b', ended('1'), compute)).toEqual(answer(2))
  expect(await cache.find('a', ended('2', 101), compute)).toEqual(answer(3))
  await expect(cache.find('a', ended('3'), () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(await cache.find('a', ended('3'), compute)).toEqual(answer(4))
})

test('of a sweep that runs those of a moment ago hold until a twentieth more have ended, or it has', async () => {
  const cache = createImportanceCache()
  let computed = 0
  const compute = async () => answer(++computed)
  const find = (count: number, grows = true) => cache.find('a', { version: String(count), count, grows }, compute)
  expect(await find(100)).toEqual(answer(1))
  expect(await find(104)).toEqual(answer(1))
  expect(await find(105)).toEqual(answer(2))
  expect(await find(106, false)).toEqual(answer(3))
})
