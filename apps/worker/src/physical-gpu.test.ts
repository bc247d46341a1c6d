import { expect, test } from 'vitest'
import { claimDevice } from './device-claim.ts'
import { gpuOf } from './machine.ts'
import { physicalGpu } from './physical-gpu.ts'

test('CUDA_VISIBLE_DEVICES says which GPU a device is', () => {
  expect(['cuda', 'cuda:0', 'cuda:3', 'tensorflow'].map((device) => physicalGpu(device, undefined))).toEqual(['0', '0', '3', '0'])
  expect(['cuda', 'cuda:1', 'cuda:2'].map((device) => physicalGpu(device, '2, 0'))).toEqual(['2', '0', null])
  expect(physicalGpu('cuda', 'GPU-8932f937-d72c-4106-c12f-20bd9faed9f6')).toBe('GPU-8932f937-d72c-4106-c12f-20bd9faed9f6')
  expect(['', '-1', '-1,0', 'NoDevFiles'].map((visible) => physicalGpu('cuda', visible))).toEqual([null, null, null, null])
})

const gpu = (index: number) => ({ index, name: `GPU ${index}`, utilization: null, memoryUsedBytes: null, memoryTotalBytes: null, temperatureCelsius: null })

test('figures are those of that GPU; by UUID only where there is but one', () => {
  expect(gpuOf('cuda', [gpu(0), gpu(1)], '1')).toMatchObject({ index: 1 })
  expect(gpuOf('cuda', [gpu(0)], 'GPU-1')).toMatchObject({ index: 0 })
  expect(gpuOf('cuda', [gpu(0), gpu(1)], 'GPU-1')).toBeNull()
  expect(gpuOf('cpu', [gpu(0)], undefined)).toBeNull()
})

test.skipIf(process.platform !== 'linux')('two workers that each see another GPU as their first do not refuse each other', async () => {
  const [first, second] = [String(100 + Math.floor(Math.random() * 100_000)), String(200_000 + Math.floor(Math.random() * 100_000))]
  const giveBack = [await claimDevice('cuda', first), await claimDevice('cuda:0', second)]
  await expect(claimDevice('cuda:1', `${second},${first}`)).rejects.toMatchObject({ code: 'conflict' })
  for (const give of giveBack) await give()
})
