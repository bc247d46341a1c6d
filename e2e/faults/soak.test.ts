import { expect, test } from 'vitest'
import { runSoak, soakTable } from '../../tools/soak/run-soak.ts'

test('a short soak: nothing is lost, nothing comes twice, everything is equal to the undisturbed run', async () => {
  const result = await runSoak({ trials: 8, kills: 12, workers: 2, seed: 6, meanMilliseconds: 1500, epochs: 60, minutes: 12, signal: new AbortController().signal, log: () => {} })
  console.log(soakTable(result))
  expect(result).toMatchObject({ trials: 8, lost: 0, duplicates: 0, unequal: 0 })
  expect(result.kills).toBeGreaterThan(3)
}, 900_000)
