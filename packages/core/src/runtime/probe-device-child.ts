import process from 'node:process'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { OnnxGraph } from '../compiler/onnx-graph.ts'

/** Runs one convolution of ones on the device named by the argument and tells the parent what went wrong, if anything. */
const device = process.argv[2]!
const graph = new OnnxGraph('probe')
const image = graph.input('image', 'float32', [1, 3, 8, 8])
const kernel = graph.floats(new Float32Array(4 * 3 * 9).fill(1), [4, 3, 3, 3])
graph.output(graph.node('Conv', [image, kernel], { kernel_shape: [3, 3] }), 'sums', 'float32', [1, 4, 6, 6])
try {
  const session = await InferenceSession.create(graph.toModel(), { executionProviders: [device], logSeverityLevel: 3 })
  const { sums } = await session.run({ image: new Tensor('float32', new Float32Array(3 * 64).fill(1), [1, 3, 8, 8]) })
  const isRight = (sums!.data as Float32Array).every((value) => Math.abs(value - 27) < 1e-3)
  process.send!({ failure: isRight ? null : 'it computes a convolution wrongly' })
} catch (error) {
  process.send!({ failure: error instanceof Error ? error.message : String(error) })
}
