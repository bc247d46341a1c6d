import { initializerNames } from '@graft/contracts/recipe/layers'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { buildNetwork } from '../network/build.ts'
import { NetworkBuilder } from '../network/builder.ts'
import { cutNetwork } from '../network/cut.ts'
import { recordRelativeAgreement } from '../testing/agreement.ts'
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

/** How far the numbers of Keras's initializers spread, for a kernel of 400 x 300 and one of 3 x 3 x 64 x 192. Written by tools/parity/initializers.py. */
const keras = JSON.parse(readFileSync(new URL('golden/initializers.json', import.meta.url), 'utf8')) as Record<string, Record<'dense' | 'conv2d', { deviation: number; largest: number; kurtosis: number }>>

test.each(initializerNames)('%s spreads as Keras spreads it, on a dense layer and on a convolution', (initializer) => {
  const builder = new NetworkBuilder()
  const convolved = builder.convolution(builder.input([8, 8, 64]), 192, 3, { initializer, name: 'conv2d' })
  const spread = builder.finish('test', builder.dense(builder.dense(builder.globalAveragePooling(convolved), 400, { name: 'before' }), 300, { initializer, name: 'dense' }))
  const fresh = initializeWeights(spread, 7)
  for (const layer of ['dense', 'conv2d'] as const) {
    const { data } = fresh.get(layer)!['kernel']!
    const moment = (power: number): number => data.reduce((sum, value) => sum + value ** power, 0) / data.length
    const expected = keras[initializer]![layer]
    recordRelativeAgreement({ group: 'Weights', subject: `Initializer ${initializer}, ${layer}: standard deviation of about 100,000 values`, reference: 'Keras 3', tolerance: 0.01, found: [Math.sqrt(moment(2))], expected: [expected.deviation] })
    expect(Math.abs(moment(1))).toBeLessThan(0.02 * expected.deviation)
    // A uniform distribution has kurtosis 1.8, a normal one cut off at two deviations 2.36, an uncut one 3.
    expect(moment(4) / moment(2) ** 2).toBeCloseTo(expected.kurtosis, 1)
    expect(data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / expected.largest).toBeCloseTo(1, 2)
  }
})
