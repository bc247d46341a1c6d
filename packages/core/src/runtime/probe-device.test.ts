import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { probeDevice } from './probe-device.ts'

test('the CPU is usable everywhere', async () => {
  expect(await probeDevice('cpu')).toEqual({ device: 'cpu', usable: true, reason: null, hint: null })
})

test.skipIf(existsSync('/usr/lib/x86_64-linux-gnu/libcuda.so.1'))('without an NVIDIA driver CUDA is not, and what to do is said', async () => {
  expect(await probeDevice('cuda')).toMatchObject({ usable: false, reason: expect.stringContaining('CUDA provider'), hint: expect.stringContaining('graft backends install cuda') })
})

test('a fired signal stops it', async () => {
  await expect(probeDevice('cpu', AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
})
