import { beforeAll, expect, test } from 'vitest'
import { channelBlock } from '../../runtime/onnx/channel-block.ts'
import { createOnnxGraphRuntime } from '../../runtime/onnx/onnx-graph-runtime.ts'
import type { GraphRuntime } from '../../runtime/graph-runtime.ts'
import type { Tensor } from '../../network/description.ts'
import { convolutionInputGradient } from '../backward/convolution-input-gradient.ts'
import { convolutionKernelGradient } from '../backward/convolution-kernel-gradient.ts'
import type { Convolution } from '../backward/window-taps.ts'
import { OnnxGraph } from '../onnx-graph.ts'
import { relativeError } from '../testing/golden.ts'
import { hashedUniform } from '../testing/hashed-weights.ts'
import type { Pads } from '../window-padding.ts'
import { BlockedImages } from './blocked-images.ts'
import { takenBackBy, turnedWinogradKernel, winogradConvolution, winogradKernel, winogradKernelGradient } from './winograd.ts'

let runtime: GraphRuntime
beforeAll(async () => void (runtime = await createOnnxGraphRuntime()))

// Of the last one a sample is a part of its own.
test.each<[string, number, Pads, readonly [number, number], number, number]>([
  ['same, whole tiles', 3, [1, 1, 1, 1], [8, 12], 32, 16],
  ['same, tiles that reach over the edge', 3, [1, 1, 1, 1], [9, 14], 16, 48],
  ['valid', 2, [0, 0, 0, 0], [11, 8], 16, 16],
  ['uneven padding', 1, [2, 0, 1, 2], [7, 10], 16, 32],
  ['in parts', 2, [1, 1, 1, 1], [116, 121], 256, 16],
])('%s: output and gradients are those of the plain convolution and its general gradients', async (name, samples, pads, [height, width], channels, filters) => {
  const to = [height + pads[0] + pads[2] - 2, width + pads[1] + pads[3] - 2] as const
  const convolution: Convolution = { kernel: [3, 3], strides: [1, 1], dilation: [1, 1], pads, from: [height, width], to, channels, filters }
  const graph = new OnnxGraph('winograd')
  const [input, weight, bias, factors] = [
    graph.input('input', 'float32', [samples, channels, height, width]),
    graph.input('weight', 'float32', [filters, channels, 3, 3]),
    graph.input('bias', 'float32', [filters]),
    graph.input('factors', 'float32', [samples, filters, ...to]),
  ]
  const images = new BlockedImages(graph, { block: (await channelBlock(runtime))!, samples })
  const [inBlocks, gradient] = [images.fromImage(input, channels), images.fromImage(factors, filters)]
  const kernel = winogradKernel(images, weight, convolution, [inBlocks])
  const pairs: Record<string, readonly [string, string]> = {
    output: [images.toImage(winogradConvolution(images, inBlocks, kernel, { bias, activation: 'relu' }, convolution), filters), graph.node('Relu', [graph.node('Conv', [input, weight, bias], { pads })])],
    'by input': [
      images.toImage(winogradConvolution(images, gradient, turnedWinogradKernel(images, weight, convolution, [gradient]), {}, takenBackBy(convolution)), channels),
      convolutionInputGradient(graph, convolution, { gradient: factors, kernel: weight }),
    ],
    'by kernel': [winogradKernelGradient(images, inBlocks, gradient, convolution), convolutionKernelGradient(graph, convolution, input, factors)],
  }
  for (const [what, [found, expected]] of Object.entries(pairs)) {
    graph.output(found, `${what}, found`, 'float32', null)
    graph.output(expected, `${what}, expected`, 'float32', null)
  }
  const session = await runtime.createSession(graph.toModel())
  const random = (what: string, shape: readonly number[]): Tensor & { readonly type: 'float32' } => ({ type: 'float32', ...hashedUniform(`${name}/${what}`, shape, -1, 1) })
  const outputs = await session.run({
    input: random('input', [samples, channels, height, width]),
    weight: random('weight', [filters, channels, 3, 3]),
    bias: random('bias', [filters]),
    factors: random('factors', [samples, filters, ...to]),
  })
  await session.dispose()
  for (const what of Object.keys(pairs)) {
    const [found, expected] = ['found', 'expected'].map((which) => outputs[`${what}, ${which}`] as Tensor) as [Tensor, Tensor]
    expect(found.shape, what).toEqual(expected.shape)
    expect(relativeError(found.data, expected.data), what).toBeLessThan(1e-5)
  }
})
