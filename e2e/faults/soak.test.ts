import { expect, test } from 'vitest'
import { runSoak, soakTable } from '../../tools/soak/run-soak.ts'

test('a short soak: nothing is lost, nothing comes twice, everything is equal to the undisturbed run', async () => {
  const result = await runSoak({ trials: 12, kills: 15, workers: 2, seed: 6, meanMilliseconds: 1500, minutes: 8, signal: new AbortController().signal, log: () => {} })
  console.log(soakTable(result))
  expect(result).toMatchObject({ trials: 12, kills: 15, lost: 0, duplicates: 0, unequal: 0 })
})
