import { expect, test } from 'vitest'
import { OnnxGraph } from '../../compiler/onnx-graph.ts'
import { createOnnxGraphRuntime } from './onnx-graph-runtime.ts'

function doubling(): Uint8Array {
  const graph = new OnnxGraph('doubling')
  const x = graph.input('x', 'float32', ['N'])
  graph.output(graph.node('Add', [x, x]), 'y', 'float32', ['N'])
  return graph.toModel()
}

test('a session runs a graph and says where it runs', async () => {
  const runtime = await createOnnxGraphRuntime({ threads: 1 })
  expect(runtime).toMatchObject({ name: 'onnxruntime', device: 'cpu' })
  expect(runtime.versions['onnxruntime']).toMatch(/^\d+\.\d+\.\d+/)
  const session = await runtime.createSession(doubling())
  expect(await session.run({ x: { type: 'float32', shape: [2], data: Float32Array.of(1, -2) } })).toEqual({ y: { type: 'float32', shape: [2], data: Float32Array.of(2, -4) } })
  await session.dispose()
})

test('a fired signal stops before the work begins; a nonsensical number of threads is refused', async () => {
  const runtime = await createOnnxGraphRuntime()
  const session = await runtime.createSession(doubling())
  const fired = AbortSignal.abort()
  await expect(session.run({ x: { type: 'float32', shape: [1], data: Float32Array.of(1) } }, fired)).rejects.toMatchObject({ code: 'aborted' })
  await expect(runtime.createSession(doubling(), fired)).rejects.toMatchObject({ code: 'aborted' })
  await expect(createOnnxGraphRuntime({ threads: 0 })).rejects.toMatchObject({ code: 'invalid_input', field: 'threads' })
  await session.dispose()
})

test('held values stay with the session and go on as what the graph makes of them', async () => {
  const graph = new OnnxGraph('adding')
  const sum = graph.node('Add', [graph.input('sum', 'float32', []), graph.input('x', 'float32', [])])
  graph.output(sum, 'sum/next', 'float32', [])
  graph.output(graph.node('Neg', [sum]), 'negative', 'float32', [])
  const session = await (await createOnnxGraphRuntime({ threads: 1 })).createSession(graph.toModel())
  const scalar = (value: number) => ({ type: 'float32' as const, shape: [], data: Float32Array.of(value) })
  await session.hold({ sum: scalar(10) })
  expect(await session.run({ x: scalar(1) })).toEqual({ negative: scalar(-11) })
  expect(await session.run({ x: scalar(2) })).toEqual({ negative: scalar(-13) })
  expect(await session.held(['sum', 'nothing'])).toEqual({ sum: scalar(13) })
  await session.hold({ sum: scalar(0) })
  expect(await session.run({ x: scalar(5) })).toEqual({ negative: scalar(-5) })
  await session.dispose()
})
