import { beforeAll, expect, test } from 'vitest'
import type { Layer, Network, Padding, Pair, Tensor } from '../../network/description.ts'
import { layerShapes } from '../../network/shapes.ts'
import { weightSpecifications } from '../../network/weight-specifications.ts'
import { channelBlock } from '../../runtime/onnx/channel-block.ts'
import { createOnnxGraphRuntime } from '../../runtime/onnx/onnx-graph-runtime.ts'
import type { GraphRuntime } from '../../runtime/graph-runtime.ts'
import type { RuntimeTensor } from '../../runtime/runtime-tensor.ts'
import { recordRelativeAgreement } from '../../testing/agreement.ts'
import { fromKerasOrder, toKerasOrder } from '../layer-operations.ts'
import { OnnxGraph } from '../onnx-graph.ts'
import { readGolden, relativeError } from '../testing/golden.ts'
import { hashedUniform, hashedWeights } from '../testing/hashed-weights.ts'
import { trainableContext } from '../trainable-context.ts'
import { onnxShape, toKerasLayout, toOnnxLayout } from '../weight-layout.ts'
import { windowPads } from '../window-padding.ts'
import { convolutionInputGradient } from './convolution-input-gradient.ts'
import { convolutionKernelGradient } from './convolution-kernel-gradient.ts'
import { convolutionGradient } from './convolution.ts'
import { depthwiseConvolutionGradient } from './depthwise-convolution.ts'
import type { BlockedContext } from '../blocked/blocked-context.ts'
import { layerGradientInBlocks } from '../blocked/blocked-gradients.ts'
import type { Gradient, GradientContext, LayerGradients } from './gradient-context.ts'
import { separableConvolutionGradient } from './separable-convolution.ts'
import type { Convolution } from './window-taps.ts'

type Kind = 'convolution' | 'depthwise-convolution' | 'separable-convolution'
type Case = readonly [name: string, kind: Kind, shape: readonly [number, number, number], kernel: Pair, stride: number, padding: Padding, dilation: number, width: number]

/** As in tools/parity/convolution_gradients.py. `width`: filters, or the depth multiplier. */
const cases: readonly Case[] = [
  ['plain-same', 'convolution', [7, 6, 3], [3, 3], 1, 'same', 1, 4],
  ['fewer-filters', 'convolution', [7, 6, 5], [3, 3], 1, 'same', 1, 2],
  ['wide-image', 'convolution', [17, 15, 5], [3, 3], 1, 'same', 1, 2],
  ['wide-image-more-filters', 'convolution', [17, 15, 2], [3, 3], 1, 'same', 1, 5],
  ['plain-valid', 'convolution', [7, 6, 3], [3, 3], 1, 'valid', 1, 4],
  ['one-by-one', 'convolution', [5, 6, 3], [1, 1], 1, 'same', 1, 5],
  ['one-by-one-stride', 'convolution', [7, 6, 3], [1, 1], 2, 'valid', 1, 5],
  ['row-of-seven', 'convolution', [9, 10, 3], [1, 7], 1, 'same', 1, 4],
  ['column-of-seven', 'convolution', [10, 9, 3], [7, 1], 1, 'same', 1, 4],
  ['even-kernel', 'convolution', [6, 7, 3], [2, 4], 1, 'same', 1, 4],
  ['stride-same-odd', 'convolution', [9, 7, 3], [3, 3], 2, 'same', 1, 4],
  ['stride-same-even', 'convolution', [8, 10, 3], [3, 3], 2, 'same', 1, 4],
  ['stride-valid-odd', 'convolution', [9, 7, 3], [3, 3], 2, 'valid', 1, 4],
  ['stride-valid-even', 'convolution', [8, 10, 3], [3, 3], 2, 'valid', 1, 4],
  ['seven-stride', 'convolution', [13, 12, 3], [7, 7], 2, 'valid', 1, 4],
  ['stride-wider-than-kernel', 'convolution', [10, 11, 3], [2, 2], 3, 'valid', 1, 4],
  ['dilated-same', 'convolution', [9, 8, 3], [3, 3], 1, 'same', 2, 4],
  ['dilated-valid', 'convolution', [9, 8, 3], [3, 2], 1, 'valid', 3, 4],
  ['depthwise-same', 'depthwise-convolution', [7, 6, 3], [3, 3], 1, 'same', 1, 1],
  ['depthwise-valid', 'depthwise-convolution', [7, 6, 3], [3, 3], 1, 'valid', 1, 1],
  ['depthwise-stride-same-odd', 'depthwise-convolution', [9, 7, 3], [3, 3], 2, 'same', 1, 1],
  ['depthwise-stride-same-even', 'depthwise-convolution', [8, 10, 3], [3, 3], 2, 'same', 1, 1],
  ['depthwise-stride-valid', 'depthwise-convolution', [9, 8, 3], [3, 3], 2, 'valid', 1, 1],
  ['depthwise-multiplied', 'depthwise-convolution', [7, 6, 3], [3, 3], 1, 'same', 1, 2],
  ['depthwise-multiplied-stride', 'depthwise-convolution', [7, 8, 3], [3, 2], 2, 'same', 1, 2],
  ['depthwise-dilated', 'depthwise-convolution', [9, 8, 3], [3, 3], 1, 'same', 2, 1],
  ['separable-same', 'separable-convolution', [7, 6, 3], [3, 3], 1, 'same', 1, 4],
  ['separable-stride', 'separable-convolution', [8, 9, 3], [3, 3], 2, 'same', 1, 4],
  ['separable-dilated', 'separable-convolution', [9, 8, 3], [3, 3], 1, 'valid', 2, 4],
]
const samples = 2
const rules = { convolution: convolutionGradient, 'depthwise-convolution': depthwiseConvolutionGradient, 'separable-convolution': separableConvolutionGradient }

let runtime: GraphRuntime
let golden: Record<string, Tensor>
beforeAll(async () => {
  runtime = await createOnnxGraphRuntime()
  golden = await readGolden('convolution-gradients')
})

function networkOf([, kind, shape, kernel, stride, padding, dilation, width]: Case): Network {
  const settings = { inputs: ['image'], kernel, strides: [stride, stride], padding, dilation: [dilation, dilation], useBias: true, activation: 'linear' } as const
  const layer = {
    convolution: { ...settings, name: 'layer', kind: 'convolution', filters: width },
    'depthwise-convolution': { ...settings, name: 'layer', kind: 'depthwise-convolution', depthMultiplier: width },
    'separable-convolution': { ...settings, name: 'layer', kind: 'separable-convolution', depthMultiplier: 1, filters: width },
  }[kind] as Layer
  return { name: 'single', layers: [{ name: 'image', kind: 'input', inputs: [], shape }, layer], output: 'layer' }
}

/** Gradients of the sum of the output times the factors, in Keras's layout: by the input, then by the weights in Keras's order. `block`: of the layout to compute in; null: the general one. */
async function gradientsOf(network: Network, images: Tensor, factors: Tensor, block: number | null = null): Promise<Tensor[]> {
  const specifications = weightSpecifications(network).get('layer')!
  const layer = network.layers[1]!
  const graph = new OnnxGraph('gradients')
  const shapes = layerShapes(network)
  const input = fromKerasOrder(graph, graph.input('images', 'float32', images.shape), shapes.get('image')!)
  const gradient = fromKerasOrder(graph, graph.input('factors', 'float32', factors.shape), shapes.get('layer')!)
  const weights = new Map(specifications.map(({ name, shape }) => [`layer/${name}`, [{ value: graph.input(name, 'float32', onnxShape(name, shape)), rows: 0 }]]))
  const context = trainableContext({ graph, network, input, weights, training: true, dropoutMask: null, constantWeight: () => null, blocked: block === null ? null : { block, samples } })
  context.value('layer')
  const { inputs, weights: byWeight } = block === null ? generalGradients(layer, gradient, context) : gradientsInBlocks(layer, gradient, context.blocked!)
  graph.output(toKerasOrder(graph, inputs[0]!, shapes.get('image')!), 'of input', 'float32', images.shape)
  for (const { name, shape } of specifications) graph.output(byWeight[name]![0]!, `of ${name}`, 'float32', onnxShape(name, shape))
  const session = await runtime.createSession(graph.toModel())
  const given = hashedWeights(network).get('layer')!
  const feeds: Record<string, RuntimeTensor> = { images: { type: 'float32', ...images }, factors: { type: 'float32', ...factors } }
  for (const { name } of specifications) feeds[name] = { type: 'float32', ...toOnnxLayout(name, given[name]!) }
  const outputs = await session.run(feeds)
  await session.dispose()
  return [outputs['of input'] as Tensor, ...specifications.map(({ name, shape }) => toKerasLayout(name, outputs[`of ${name}`] as Tensor, shape))]
}

function generalGradients(layer: Layer, gradient: string, context: GradientContext): LayerGradients {
  const rule = rules[layer.kind as Kind] as (layer: Layer, ...rest: Parameters<Gradient<Kind>> extends [unknown, ...infer Rest] ? Rest : never) => LayerGradients
  return rule(layer, gradient, { ...context, needsGradient: () => true })
}

function gradientsInBlocks(layer: Layer, gradient: string, context: BlockedContext): LayerGradients {
  const { images, shapes } = context
  const [from, to] = ['image', 'layer'].map((name) => shapes.get(name)!.at(-1)!) as [number, number]
  const { inputs, weights } = layerGradientInBlocks(layer, images.fromImage(gradient, to), { ...context, needsGradient: () => true })
  return { inputs: [images.toImage(inputs[0]!, from)], weights }
}

test.each(cases.flatMap((settings) => [['', ...settings] as const, ...(settings[7] === 2 && settings[1] === 'depthwise-convolution' ? [] : [[' in blocks', ...settings] as const])]))('%s %s: gradients by input and weights are those of TensorFlow', async (layout, ...settings) => {
  const [name, kind, shape] = settings
  const network = networkOf(settings)
  const images = hashedUniform(`${name}/images`, [samples, ...shape], -1, 1)
  const factors = hashedUniform(`${name}/factors`, [samples, ...layerShapes(network).get('layer')!], -1, 1)
  const found = await gradientsOf(network, images, factors, layout === '' ? null : await channelBlock(runtime))
  for (const [place, { shape: foundShape, data }] of found.entries()) {
    const expected = golden[`${name}/${place === 0 ? 'input' : place - 1}`]!
    expect(foundShape).toEqual(expected.shape)
    const weight = weightSpecifications(network).get('layer')![place - 1]?.name ?? 'input'
    recordRelativeAgreement({ group: 'Gradients', subject: `${kind}, ${name}${layout}: by ${weight}`, reference: 'TensorFlow', tolerance: 1e-4, found: data, expected: expected.data })
  }
})

const formulations = cases
  .filter(([, kind]) => kind === 'convolution')
  .flatMap((settings) => (['transposed convolution', 'turned convolution'] as const).flatMap((byInput) => (['by sample', 'whole batch'] as const).map((byKernel) => [settings[0], byInput, byKernel, settings] as const)))
  .filter(([, byInput, , settings]) => byInput === 'transposed convolution' || settings[4] === 1)

test.each(formulations)('%s: as %s, %s', async (name, byInput, byKernel, settings) => {
  const network = networkOf(settings)
  const layer = network.layers[1] as Layer & { kind: 'convolution' }
  const [shape, to] = [settings[2], layerShapes(network).get('layer')!]
  const convolution: Convolution = { ...layer, pads: windowPads(shape, { ...layer, size: layer.kernel }), from: shape, to, channels: shape[2] }
  const graph = new OnnxGraph('formulations')
  const input = fromKerasOrder(graph, graph.input('images', 'float32', [samples, ...shape]), shape)
  const gradient = fromKerasOrder(graph, graph.input('factors', 'float32', [samples, ...to]), to)
  const kernel = hashedWeights(network).get('layer')!['kernel']!
  const weight = graph.input('kernel', 'float32', onnxShape('kernel', kernel.shape))
  graph.output(toKerasOrder(graph, convolutionInputGradient(graph, convolution, { gradient, kernel: weight }, byInput), shape), 'of input', 'float32', [samples, ...shape])
  graph.output(convolutionKernelGradient(graph, convolution, input, gradient, byKernel), 'of kernel', 'float32', onnxShape('kernel', kernel.shape))
  const session = await runtime.createSession(graph.toModel())
  const outputs = await session.run({
    images: { type: 'float32', ...hashedUniform(`${name}/images`, [samples, ...shape], -1, 1) },
    factors: { type: 'float32', ...hashedUniform(`${name}/factors`, [samples, ...to], -1, 1) },
    kernel: { type: 'float32', ...toOnnxLayout('kernel', kernel) },
  })
  await session.dispose()
  expect(relativeError((outputs['of input'] as Tensor).data, golden[`${name}/input`]!.data)).toBeLessThan(1e-5)
  expect(relativeError(toKerasLayout('kernel', outputs['of kernel'] as Tensor, kernel.shape).data, golden[`${name}/0`]!.data)).toBeLessThan(1e-5)
})
