import { expect, test } from 'vitest'
import { buildNetwork } from '../network/build.ts'
import { cutNetwork } from '../network/cut.ts'
import { initializeWeights } from './initialize.ts'

const network = cutNetwork(buildNetwork({ architecture: 'Xception', inputSize: [71, 71], includeTop: false }), 'block3_sepconv1_act')
const weights = initializeWeights(network, 1)

/** Keras's glorot_uniform: limit sqrt(6 / (fan in + fan out)), fans times the receptive field. */
test.each([
  ['block1_conv1', 'kernel', Math.sqrt(6 / (9 * (3 + 32)))],
  ['block2_sepconv1', 'depthwise_kernel', Math.sqrt(6 / (9 * (64 + 1)))],
  ['block2_sepconv1', 'pointwise_kernel', Math.sqrt(6 / (64 + 128))],
])('%s/%s fills the range of glorot uniform', (layer, name, limit) => {
  const { data } = weights.get(layer)![name]!
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  expect(largest).toBeLessThanOrEqual(limit)
  expect(largest).toBeGreaterThan(limit * 0.97)
  expect(Math.abs(data.reduce((sum, value) => sum + value, 0) / data.length)).toBeLessThan(limit * 0.1)
})

test('batch norms begin as the identity', () => {
  const { gamma, beta, moving_mean: mean, moving_variance: variance } = weights.get('block1_conv1_bn')!
  expect([gamma!.data[0], beta!.data[0], mean!.data[0], variance!.data[0]]).toEqual([1, 0, 0, 1])
})

test('the same seed gives the same weights, another one others', () => {
  const small = buildNetwork({ architecture: 'three-layer-convnet', inputSize: [24, 24], includeTop: true, classes: 3 })
  expect(initializeWeights(small, 1)).toEqual(initializeWeights(small, 1))
  expect(initializeWeights(small, 2).get('conv2d')).not.toEqual(initializeWeights(small, 1).get('conv2d'))
})
