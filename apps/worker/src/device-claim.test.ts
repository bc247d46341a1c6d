import { expect, test } from 'vitest'
import { claimDevice } from './device-claim.ts'

test.skipIf(process.platform !== 'linux')('one worker a GPU: the second is refused until the first gives it back; the processor is shared', async () => {
  const device = `cuda:${100 + Math.floor(Math.random() * 100_000)}`
  const giveBack = await claimDevice(device)
  await expect(claimDevice(device)).rejects.toMatchObject({ code: 'conflict', field: 'device' })
  await giveBack()
  await (await claimDevice(device))()
  await Promise.all([claimDevice('cpu'), claimDevice('cpu')])
})
