import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { describeMachine } from './machine.ts'
import { parseGpus, readGpus } from './nvidia-smi.ts'

// A program of that name on the PATH, which prints what the real one prints for the query and nothing for any other.
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'graft-smi-'))
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

async function installSmi(script: string): Promise<void> {
  const file = path.join(folder, 'nvidia-smi')
  await writeFile(file, `#!/bin/sh\n${script}\n`)
  await chmod(file, 0o755)
}

const query = '--query-gpu=index,name,utilization.gpu,memory.used,memory.total,temperature.gpu --format=csv,noheader,nounits'

test.skipIf(process.platform === 'win32')('GPUs with their use, memory and temperature; what one does not tell is null', async () => {
  await installSmi(`[ "$*" = "${query}" ] || exit 2
cat <<'END'
0, NVIDIA GeForce RTX 3090, 98, 22000, 24576, 65
1, Tesla T4, 0, 3, 15360, 41
2, NVIDIA A100-SXM4-40GB MIG 1g.5gb, [N/A], 4712, 4864, [N/A]
END`)
  const gpus = await readGpus()
  expect(gpus).toEqual([
    { index: 0, name: 'NVIDIA GeForce RTX 3090', utilization: 0.98, memoryUsedBytes: 22_000 * 2 ** 20, memoryTotalBytes: 24_576 * 2 ** 20, temperatureCelsius: 65 },
    { index: 1, name: 'Tesla T4', utilization: 0, memoryUsedBytes: 3 * 2 ** 20, memoryTotalBytes: 15_360 * 2 ** 20, temperatureCelsius: 41 },
    { index: 2, name: 'NVIDIA A100-SXM4-40GB MIG 1g.5gb', utilization: null, memoryUsedBytes: 4712 * 2 ** 20, memoryTotalBytes: 4864 * 2 ** 20, temperatureCelsius: null },
  ])
  expect(describeMachine('cuda:1', gpus, { room: 'basement', device: 'mine' })).toMatchObject({ memoryBytes: 15 * 2 ** 30, labels: { device: 'mine', gpu: 'Tesla T4', 'memory-gib': '15', room: 'basement' } })
  expect(describeMachine('cpu', gpus, {}).labels).toMatchObject({ device: 'cpu', platform: `${process.platform}-${process.arch}` })
  expect(describeMachine('cpu', gpus, {}).labels).not.toHaveProperty('gpu')
})

// As people's machines print it: a driver of before 2020, a GPU under vGPU, one whose figures this user may not see, one after a fault, and one that fell off the bus.
test.skipIf(process.platform === 'win32')('words in the place of figures, and a GPU that is lost, hide nothing else', async () => {
  await installSmi(`cat <<'END'
Unable to determine the device handle for GPU0000:08:00.0: Unknown Error
0, GeForce GT 730, [Not Supported], 170, 2004, 44
1, NVIDIA H100L-2-24C, [N/A], 1024, 24576, [N/A]
2, NVIDIA H200, [N/A], [Insufficient Permissions], [Insufficient Permissions], 31
3, NVIDIA RTX PRO 6000 Blackwell Workstation Edition, [GPU requires reset], 0, 97887, [GPU requires reset]
5, NVIDIA A10, [Unknown Error], [GPU is lost], [GPU is lost], ERR!
END
exit 15`)
  const gpus = await readGpus()
  expect(gpus.map(({ index, utilization, memoryUsedBytes, memoryTotalBytes, temperatureCelsius }) => [index, utilization, memoryUsedBytes, memoryTotalBytes, temperatureCelsius])).toEqual([
    [0, null, 170 * 2 ** 20, 2004 * 2 ** 20, 44],
    [1, null, 1024 * 2 ** 20, 24_576 * 2 ** 20, null],
    [2, null, null, null, 31],
    [3, null, 0, 97_887 * 2 ** 20, null],
    [5, null, null, null, null],
  ])
  expect(describeMachine('cuda:2', gpus, {})).toMatchObject({ memoryBytes: null, labels: { gpu: 'NVIDIA H200' } })
})

test.skipIf(process.platform === 'win32')('no program, no driver and unknown lines are no GPUs', async () => {
  expect(await readGpus()).toEqual([])
  await installSmi('echo "NVIDIA-SMI has failed because it couldn\'t communicate with the NVIDIA driver."; exit 9')
  expect(await readGpus()).toEqual([])
  expect(parseGpus('No devices were found\n')).toEqual([])
})
