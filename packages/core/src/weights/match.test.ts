import { expect, test } from 'vitest'
import { buildNetwork } from '../network/build.ts'
import { cutNetwork } from '../network/cut.ts'
import type { Network } from '../network/description.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'
import { planWeights } from './match.ts'
import type { StoredLayer, StoredWeights } from './stored-weights.ts'

const inception = buildNetwork({ architecture: 'InceptionV3', inputSize: [96, 96], includeTop: true })

/** A file of the whole InceptionV3 whose tensors' names tell which layer they are of; layer names go through `rename`. */
function stored(rename: (name: string) => string, ordered: boolean): StoredWeights {
  const layers = [...weightSpecifications(inception)].map(([name, weights]): StoredLayer => ({
    name: rename(name),
    tensors: weights.map((weight) => ({ name: `${name}/${weight.name}`, shape: weight.shape, read: () => new Float32Array() })),
  }))
  const sorted = ordered ? layers : layers.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return { format: 'keras-h5', source: 'inception.h5', layers: sorted, naming: 'layer-names', ordered, close: () => undefined }
}

/** How names come in files: counted from 0, from 1, from wherever a session was, and not counted at all. */
const shifted = (by: number) => (name: string): string => {
  const [, stem, count] = /^(conv2d|batch_normalization)(?:_(\d+))?$/.exec(name) ?? []
  return stem === undefined ? name : `${stem}_${Number(count ?? 0) + by}`
}
const whole = buildNetwork({ architecture: 'InceptionV3', inputSize: [96, 96], includeTop: false })
const networks = [
  ['with top', inception],
  ['without top', whole],
  ['up to mixed7', cutNetwork(whole, 'mixed7')],
  ['up to a layer inside a branch', cutNetwork(whole, 'conv2d_88')],
] as const
const files = [
  ['the same names', stored((name) => name, true)],
  ['counted from 1', stored(shifted(1), true)],
  ['counted from 200', stored(shifted(200), true)],
  ['counted from 1, sorted by name', stored(shifted(1), false)],
  ['counted from 0, sorted by name', stored((name) => name, false)],
] as const

test.each(networks.flatMap(([part, network]) => files.map(([names, file]) => [part, names, network, file] as const)))('InceptionV3 %s from a file with %s', (_part, _names, network, file) => {
  for (const [layer, tensors] of planWeights(file, network)) {
    expect(tensors.map(([weight, tensor]) => [tensor.name, weight])).toEqual(tensors.map(([weight]) => [`${layer}/${weight}`, weight]))
  }
})

test('names that mean nothing: by order, where the order is kept', () => {
  let count = 0
  const file = stored((name) => (name === 'predictions' ? name : `layer ${(count++ * 7919) % 1000}`), true)
  const plan = planWeights(file, inception)
  expect(plan.every(([layer, tensors]) => tensors.every(([weight, tensor]) => tensor.name === `${layer}/${weight}`))).toBe(true)
})

test('a missing weight inside a layer names what is there', () => {
  const network = buildNetwork({ architecture: 'VGG16', inputSize: [32, 32], includeTop: false })
  const layers = [...weightSpecifications(network)].map(([name, weights]): StoredLayer => ({
    name,
    tensors: weights.filter((weight) => name !== 'block2_conv1' || weight.name !== 'bias').map((weight) => ({ name: `${name}/${weight.name}`, shape: weight.shape, read: () => new Float32Array() })),
  }))
  const file: StoredWeights = { format: 'keras-h5', source: 'vgg.h5', layers, naming: 'layer-names', ordered: true, close: () => undefined }
  expect(() => planWeights(file, network)).toThrow(/Layer block2_conv1 takes 2 weights \(kernel, bias\); vgg.h5 has 1 \(block2_conv1\/kernel\)/)
})

/** A file of a network whose layers are called otherwise. */
function renamed(network: Network, rename: (name: string, index: number) => string): StoredWeights {
  const layers = [...weightSpecifications(network)].map(([name, weights], index): StoredLayer => ({
    name: rename(name, index),
    tensors: weights.map((weight) => ({ name: `${name}/${weight.name}`, shape: weight.shape, read: () => new Float32Array() })),
  }))
  return { format: 'keras-h5', source: 'renamed.h5', layers, naming: 'layer-names', ordered: true, close: () => undefined }
}
const mobilenet = buildNetwork({ architecture: 'MobileNetV2', inputSize: [96, 96], includeTop: true })
const withoutTop = buildNetwork({ architecture: 'MobileNetV2', inputSize: [96, 96], includeTop: false })
const xception = buildNetwork({ architecture: 'Xception', inputSize: [71, 71], includeTop: true })

test.each([
  ['the top called Logits, as in the official MobileNetV2 file', mobilenet, renamed(mobilenet, (name) => (name === 'predictions' ? 'Logits' : name))],
  ['every layer called otherwise', mobilenet, renamed(mobilenet, (_, index) => `mobl${index}`)],
  ['every layer called otherwise, and a top too many', withoutTop, renamed(mobilenet, (_, index) => `mobl${index}`)],
  ['every layer called otherwise, counted ones between them', xception, renamed(xception, (_, index) => `layer${index}`)],
])('%s: by order', (_, network, file) => {
  const plan = planWeights(file, network)
  expect(plan.every(([layer, tensors]) => tensors.every(([weight, tensor]) => tensor.name === `${layer}/${weight}`))).toBe(true)
})

test('a layer that is missing altogether is named, not one that happens to be left', () => {
  const vgg19 = buildNetwork({ architecture: 'VGG19', inputSize: [32, 32], includeTop: false })
  const vgg16 = buildNetwork({ architecture: 'VGG16', inputSize: [32, 32], includeTop: true })
  expect(() => planWeights(renamed(vgg16, (name) => name), vgg19)).toThrow('has no weights for layer block3_conv4 of vgg19')
})
