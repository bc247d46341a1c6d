import type { ArchitectureName } from '@graft/contracts/model'
import type { Unfreeze } from '@graft/contracts/recipe'
import { expect, test } from 'vitest'
import { buildNetwork } from '../network/build.ts'
import type { Network } from '../network/description.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'
import { freezeBoundary } from './boundary.ts'
import { cutBelow } from './cut.ts'
import { tailNetwork } from './tail-network.ts'

const trunk = (architecture: ArchitectureName): Network => buildNetwork({ architecture, inputSize: architecture === 'InceptionV3' || architecture === 'Xception' ? [299, 299] : [224, 224], includeTop: false })

// Indices and cuts read off Keras 3's model.layers.
test.each<[ArchitectureName, Unfreeze, { index: number; cut: string }]>([
  ['VGG16', 'all', { index: 0, cut: 'input_layer' }],
  ['VGG16', { block: 'block5' }, { index: 15, cut: 'block4_pool' }],
  ['VGG16', { layer: 'block4_conv2' }, { index: 12, cut: 'block4_conv1' }],
  ['VGG16', { index: 15 }, { index: 15, cut: 'block4_pool' }],
  ['VGG19', { block: 'block5' }, { index: 17, cut: 'block4_pool' }],
  ['ResNet50', { block: 'conv5_block1' }, { index: 143, cut: 'conv4_block6_out' }],
  ['ResNet50', { block: 'conv5' }, { index: 143, cut: 'conv4_block6_out' }],
  ['ResNet50', { layer: 'conv5_block1_2_conv' }, { index: 146, cut: 'conv4_block6_out' }],
  ['InceptionV3', { block: 'mixed9' }, { index: 249, cut: 'mixed8' }],
  ['InceptionV3', { block: 'mixed8' }, { index: 229, cut: 'mixed7' }],
  ['InceptionV3', { index: 94 }, { index: 94, cut: 'mixed2' }],
  ['Xception', { index: 94 }, { index: 94, cut: 'add_7' }],
  ['Xception', { block: 'block1' }, { index: 1, cut: 'input_layer' }],
  ['Xception', { block: 'block13' }, { index: 116, cut: 'add_10' }],
  ['MobileNetV2', { block: 'block_16' }, { index: 143, cut: 'block_15_add' }],
  ['MobileNetV2', { block: 'block_1' }, { index: 9, cut: 'expanded_conv_project_BN' }],
])('%s unfrozen from %j', (architecture, unfreeze, expected) => {
  const network = trunk(architecture)
  const boundary = freezeBoundary(network, unfreeze)
  expect({ index: boundary.index, cut: cutBelow(network, boundary.index).name }).toEqual(expected)
  expect([...boundary.unfrozen]).toEqual(network.layers.slice(boundary.index).map(({ name }) => name))
})

test.each<[ArchitectureName, Unfreeze, { code: string; field: string; hint: RegExp }]>([
  ['VGG16', { index: 19 }, { code: 'invalid_input', field: 'phases.1.unfreeze.index', hint: /from 0 to 18/ }],
  ['VGG16', { index: 18 }, { code: 'invalid_input', field: 'phases.1.unfreeze', hint: /block5_conv3/ }],
  ['VGG16', { layer: 'block5' }, { code: 'not_found', field: 'phases.1.unfreeze.layer', hint: /block5_conv1/ }],
  ['VGG16', { block: 'block9' }, { code: 'not_found', field: 'phases.1.unfreeze.block', hint: /block1, block2, block3, block4, block5/ }],
  ['ResNet50', { block: 'conv5block1' }, { code: 'not_found', field: 'phases.1.unfreeze.block', hint: /conv5_block1\?/ }],
  ['InceptionV3', { block: 'mixed' }, { code: 'not_found', field: 'phases.1.unfreeze.block', hint: /mixed0, mixed1/ }],
])('%s cannot be unfrozen from %j', (architecture, unfreeze, expected) => {
  expect(() => freezeBoundary(trunk(architecture), unfreeze, 'phases.1.unfreeze')).toThrow(expect.objectContaining({ ...expected, hint: expect.stringMatching(expected.hint) }))
})

test('a tail holds every unfrozen weight, takes only the cut, and Inception seed boundary freezes what lies between', () => {
  const network = trunk('InceptionV3')
  const boundary = freezeBoundary(network, { index: 94 })
  const tail = tailNetwork(network, cutBelow(network, boundary.index).name)
  expect(tail.layers[0]).toEqual({ kind: 'input', name: 'mixed2', inputs: [], shape: [35, 35, 288] })
  const names = new Set(tail.layers.map(({ name }) => name))
  for (const layer of tail.layers) for (const input of layer.inputs) expect(names).toContain(input)
  const weighted = [...weightSpecifications(tail).keys()]
  expect([...weightSpecifications(network).keys()].filter((name) => boundary.unfrozen.has(name) && !weighted.includes(name))).toEqual([])
})
