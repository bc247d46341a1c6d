import { expect, test } from 'vitest'
import { compileForward } from '@graft/core/compiler/forward'
import { optimizerSchema } from '@graft/contracts/recipe/optimizer'
import { buildNetwork } from '@graft/core/network/build'
import { NetworkBuilder } from '@graft/core/network/builder'
import { createOnnxGraphRuntime } from '@graft/core/runtime/onnx/onnx-graph-runtime'
import { createOnnxRuntime } from '@graft/core/runtime/onnx/onnx-runtime'
import { initializeWeights } from '@graft/core/weights/initialize'
import { createThreadRuntime } from './thread-runtime.ts'

test('computes bit for bit what the runtime computes in the main thread, and leaves that thread free', async () => {
  const network = buildNetwork({ architecture: 'MobileNetV2', inputSize: [96, 96], includeTop: false })
  const model = compileForward(network, initializeWeights(network, 1), { preprocessing: { mode: 'tf', inputSize: [96, 96], interpolation: 'bilinear' }, pooling: 'average' })
  // As sharp gives them: a Buffer that is a view into a larger one. Only its own bytes may travel, and they stay usable here.
  const pixels = Buffer.alloc(1000 + 16 * 96 * 96 * 3).map((_, index) => index % 251).subarray(1000)
  const feeds = { images: { type: 'uint8', shape: [16, 96, 96, 3], data: pixels } } as const

  const here = await (await createOnnxGraphRuntime({ threads: 2 })).createSession(model)
  const expected = (await here.run(feeds))['output']!
  const runtime = await createThreadRuntime({ threads: 2 })
  try {
    expect(runtime).toMatchObject({ name: 'onnxruntime', device: 'cpu' })
    const session = await runtime.createSession(model)
    let ticks = 0
    const ticking = setInterval(() => ticks++, 1)
    const { output } = await session.run(feeds)
    clearInterval(ticking)
    expect(ticks).toBeGreaterThan(0)
    expect(output!.shape).toEqual(expected.shape)
    expect(output!.data).toEqual(expected.data)
    expect((await session.run(feeds))['output']!.data).toEqual(expected.data)
    await session.dispose()
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'internal' })
    await expect(runtime.createSession(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: 'internal' })
    await expect(runtime.createSession(model, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
  } finally {
    await runtime.close()
    await here.dispose()
  }
  await expect(runtime.createSession(model)).rejects.toMatchObject({ message: 'The engine’s thread ended.' })
})

test('a training whose state stays in the thread comes out bit by bit as one in the main thread', async () => {
  const builder = new NetworkBuilder()
  const network = builder.finish('head', builder.dense(builder.dense(builder.input([40]), 300, { activation: 'relu' }), 3, { activation: 'softmax' }))
  const optimizer = optimizerSchema.parse({ name: 'Adam', averageMomentum: 0.9 })
  const samples = { type: 'float32' as const, shape: [20, 40], data: Float32Array.from({ length: 800 }, (_, index) => Math.sin(index)) }
  const labels = Int32Array.from({ length: 20 }, (_, index) => index % 3)
  const run = { samples, labels, order: labels.map((_, index) => index), learningRates: new Float32Array(3).fill(0.01), masks: {} }
  const graphs = await createThreadRuntime({ threads: 1 })
  try {
    const found = []
    for (const runtime of [await createOnnxRuntime({ threads: 1 }), await createOnnxRuntime({ graphs })]) {
      const session = await runtime.openTraining(network, initializeWeights(network, 1), { optimizer, batchSize: 8, preprocessing: null })
      const first = await session.train({ ...run, stepsBefore: 0 })
      const state = await session.state()
      await session.train({ ...run, stepsBefore: 3 })
      await session.restore(state)
      found.push([first, state, await session.train({ ...run, stepsBefore: 3 }), await session.evaluate(samples, labels), await session.weights()])
      await session.dispose()
    }
    expect(found[1]).toEqual(found[0])
  } finally {
    await graphs.close()
  }
})
