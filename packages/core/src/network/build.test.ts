import { expect, test } from 'vitest'
import { isGraftError } from '@graft/contracts/errors'
import type { ArchitectureName } from '@graft/contracts/model'
import { customNetworkSchema } from '@graft/contracts/recipe/layers'
import { readFileSync } from 'node:fs'
import { buildNetwork } from './build.ts'
import { cutNetwork } from './cut.ts'
import { kerasClassName } from './keras-class-name.ts'
import { elementCount } from './output-shape.ts'
import { countParameters } from './parameters.ts'
import { layerShapes } from './shapes.ts'
import { weightSpecifications } from './weight-specifications.ts'

type GoldenLayer = [className: string, name: string, shape: number[], parameters: number, weights: [string, number[]][]]
interface Golden {
  architecture: ArchitectureName
  inputSize: [number, number]
  includeTop: boolean
  alpha: number
  classes?: number
  name: string
  total: number
  trainable: number
  layers: GoldenLayer[]
  layerCount?: number
}

/** Written by Keras: tools/parity/architectures.py. */
const goldenFile = (name: string): string => readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8')
const variants = JSON.parse(goldenFile('architectures.json')) as Golden[]

function describeAsGolden(golden: Golden): { layers: GoldenLayer[]; network: ReturnType<typeof buildNetwork> } {
  const network = buildNetwork(golden)
  const shapes = layerShapes(network)
  const specifications = weightSpecifications(network)
  const layers = network.layers.map((layer): GoldenLayer => {
    const weights = specifications.get(layer.name) ?? []
    return [
      kerasClassName(layer),
      layer.name,
      shapes.get(layer.name) ?? [],
      weights.reduce((sum, weight) => sum + elementCount(weight.shape), 0),
      // Keras 3 calls the kernel of a depthwise layer (not of a separable one) plain `kernel`.
      weights.map((weight) => [layer.kind === 'depthwise-convolution' && weight.name === 'depthwise_kernel' ? 'kernel' : weight.name, [...weight.shape]]),
    ]
  })
  return { layers, network }
}

test.each(variants.map((golden) => [`${golden.architecture} alpha ${golden.alpha} ${golden.inputSize.join('x')} ${golden.includeTop ? 'with' : 'without'} top`, golden] as const))(
  '%s is what Keras builds',
  (_, golden) => {
    const { layers, network } = describeAsGolden(golden)
    const sequential = golden.name === 'sequential'
    // Keras's Sequential does not list its input.
    const mine = sequential ? layers.slice(1) : layers
    // Without top the golden file holds the last layer and the number of layers only.
    expect(golden.includeTop ? mine : mine.slice(-1)).toEqual(golden.layers)
    expect(mine.length).toBe(golden.layerCount ?? golden.layers.length)
    expect(countParameters(network)).toEqual({ total: golden.total, trainable: golden.trainable, nonTrainable: golden.total - golden.trainable })
  },
)

test.each([
  ['VGG16', 14_714_688, 224],
  ['VGG19', 20_024_384, 224],
  ['InceptionV3', 21_802_784, 299],
  ['ResNet50', 23_587_712, 224],
  ['Xception', 20_861_480, 299],
] as const)('%s has %d parameters without top', (architecture, parameters, length) => {
  expect(countParameters(buildNetwork({ architecture, inputSize: [length, length], includeTop: false })).total).toBe(parameters)
})

test.each([
  ['ResNet50', [64, 64], 'conv2_block2_out', 'resnet50-cut.json'],
  ['InceptionV3', [96, 96], 'conv2d_88', 'inception-v3-cut.json'],
] as const)('%s cut inside keeps the layers and the order that Keras keeps', (architecture, inputSize, layer, file) => {
  const cut = cutNetwork(buildNetwork({ architecture, inputSize, includeTop: false }), layer)
  expect(cut.layers.map(({ name }) => name)).toEqual(JSON.parse(goldenFile(file)))
  expect(cut.output).toBe(layer)
})

test.each(variants.filter(({ name, inputSize }) => name !== 'sequential' && inputSize[0] === inputSize[1]))('$name is the name', (golden) => {
  expect(buildNetwork(golden).name).toBe(golden.name)
})

test('a layer that is not there is an error that names near ones', () => {
  const network = buildNetwork({ architecture: 'VGG16', inputSize: [64, 64], includeTop: false })
  expect(() => cutNetwork(network, 'block5')).toThrow(expect.objectContaining({ code: 'not_found', hint: expect.stringContaining('block5_conv1') as string }))
  expect(() => cutNetwork(network, '')).toThrow(expect.objectContaining({ code: 'not_found' }))
})

test.each([
  [{ architecture: 'VGG20' as ArchitectureName, inputSize: [224, 224] as const, includeTop: false }, 'unsupported', 'architecture'],
  [{ architecture: '__proto__' as ArchitectureName, inputSize: [224, 224] as const, includeTop: false }, 'unsupported', 'architecture'],
  [{ architecture: 'Xception', inputSize: [70, 299], includeTop: false } as const, 'invalid_input', 'inputSize'],
  [{ architecture: 'VGG16', inputSize: [224.5, 224], includeTop: false } as const, 'invalid_input', 'inputSize'],
  [{ architecture: 'VGG16', alpha: 0.5, inputSize: [224, 224], includeTop: false } as const, 'invalid_input', 'alpha'],
  [{ architecture: 'MobileNetV2', alpha: NaN, inputSize: [224, 224], includeTop: false } as const, 'invalid_input', 'alpha'],
  [{ architecture: 'MobileNetV2', inputSize: [224, 224], includeTop: true, classes: 0 } as const, 'invalid_input', 'classes'],
])('%o is refused', (options, code, field) => {
  let thrown: unknown
  try {
    buildNetwork(options)
  } catch (cause) {
    thrown = cause
  }
  expect(isGraftError(thrown) && [thrown.code, thrown.field]).toEqual([code, field])
})

const pairs = [32, 64, 128].flatMap((filters) => [
  { kind: 'convolution', filters, padding: 'same' },
  { kind: 'convolution', filters },
  { kind: 'max-pooling' },
  { kind: 'dropout', rate: 0.25 },
])
const custom = (list: readonly unknown[], inputSize: readonly [number, number] = [150, 150]) => buildNetwork({ architecture: 'custom-cnn', inputSize, includeTop: true, classes: 4, customLayers: customNetworkSchema.parse(list) })

test('a list of layers with the defaults of a recipe builds what the six-layer network is', () => {
  const built = custom([...pairs, { kind: 'flatten' }, { kind: 'dense', units: 512 }, { kind: 'dropout', rate: 0.5 }])
  expect(built).toEqual({ ...buildNetwork({ architecture: 'six-layer-cnn', inputSize: [150, 150], includeTop: true, classes: 4 }), name: 'custom-cnn' })
})

test('two classes by binary cross-entropy end in one sigmoid', () => {
  const build = (classes: number) => buildNetwork({ architecture: 'one-layer-cnn', inputSize: [64, 64], includeTop: true, classes, loss: { name: 'binary-cross-entropy' } })
  expect(build(2).layers.at(-1)).toMatchObject({ kind: 'dense', units: 1, activation: 'sigmoid' })
  expect(() => build(3)).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'loss.name' }))
})

test.each([
  ['dense before flatten', [{ kind: 'convolution', filters: 4 }, { kind: 'dense', units: 5 }], 1, /\(dense\) takes a list of values, but is given an image of \(148, 148, 4\)/],
  ['a pooling larger than the image', [{ kind: 'max-pooling', pool: 60 }, { kind: 'max-pooling', pool: 3 }], 1, /\(max-pooling\) does not fit on an image of \(2, 2, 3\)/],
  ['a convolution after flatten', [{ kind: 'flatten' }, { kind: 'convolution', filters: 4 }], 1, /\(convolution\) takes an image, but is given 67500 values/],
  ['no end of the image', [{ kind: 'convolution', filters: 4 }], 0, /puts out an image/],
])('%s is an error that names the layer', (_, list, index, message) => {
  expect(() => custom(list)).toThrow(expect.objectContaining({ code: 'invalid_input', field: `network.${index}`, message: expect.stringMatching(message) as string }))
})

test('a list of layers belongs to custom-cnn, and custom-cnn needs one', () => {
  const options = { inputSize: [150, 150], includeTop: true } as const
  expect(() => buildNetwork({ ...options, architecture: 'custom-cnn' })).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'network' }))
  expect(() => buildNetwork({ ...options, architecture: 'VGG16', customLayers: customNetworkSchema.parse([{ kind: 'flatten' }]) })).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'network' }))
})
