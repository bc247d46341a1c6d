import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { explainedCuda, parseOnnxDevice, probeDevice } from './probe-device.ts'

test('the CPU is usable everywhere', async () => {
  expect(await probeDevice('cpu')).toEqual({ device: 'cpu', usable: true, reason: null, hint: null })
})

test.skipIf(existsSync('/usr/lib/x86_64-linux-gnu/libcuda.so.1'))('without an NVIDIA driver CUDA is not, and what to do is said', async () => {
  expect(await probeDevice('cuda')).toMatchObject({ usable: false, reason: expect.stringMatching(/CUDA provider is not installed|no NVIDIA driver/), hint: expect.stringMatching(/graft backends install cuda|nvidia-smi/) })
})

test('a fired signal stops it', async () => {
  await expect(probeDevice('cpu', AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
})

// As onnxruntime 1.30 said it: without the provider, without a driver, without cuDNN, with a driver that finds no GPU.
test.each([
  ['libonnxruntime_providers_shared.so: cannot open shared object file: No such file or directory', /provider is not installed/, /backends install cuda`/],
  ['Failed to load library libonnxruntime_providers_cuda.so with error: libcuda.so.1: cannot open shared object file: No such file or directory', /no NVIDIA driver/, /nvidia-smi/],
  ['Failed to load library libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such file or directory', /not libcudnn\.so\.9/, /--force/],
  ['cuda_call.cc:154 onnxruntime::CudaCall(...) CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=0 ; hostname=gpu-1', /^CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version$/, /recent enough/],
])('what CUDA lacks is said: %s', (failure, reason, hint) => {
  expect(explainedCuda(failure)).toEqual({ reason: expect.stringMatching(reason), hint: expect.stringMatching(hint) })
})

test("onnxruntime's devices by name", () => {
  expect(['cpu', 'webgpu', 'cuda', 'cuda:1', 'cuda:', 'gpu', 'cpu:1', ''].map(parseOnnxDevice)).toEqual([{ kind: 'cpu', index: 0 }, { kind: 'webgpu', index: 0 }, { kind: 'cuda', index: 0 }, { kind: 'cuda', index: 1 }, null, null, null, null])
})
