import { headSchema } from '@graft/contracts/recipe/layers'
import { expect, test } from 'vitest'
import { headNetwork } from './head-network.ts'

test('a head has what the recipe asks for, in Keras order: dropout on the features, product, normalization, activation, dropout', () => {
  const head = headSchema.parse({
    dropout: 0.1,
    dense: [
      { units: 16, activation: 'swish', batchNormalization: true, dropout: 0.5, l2: 0.01, initializer: 'he-normal' },
      { units: 8, activation: 'tanh' },
    ],
    l2: 0.02,
    initializer: 'lecun-uniform',
  })
  const [input, ...layers] = headNetwork(head, 20, 3).layers
  expect(input).toMatchObject({ kind: 'input', shape: [20] })
  expect(layers.map(({ name, inputs: _inputs, ...layer }) => [name, layer])).toEqual([
    ['head_feature_dropout', { kind: 'dropout', rate: 0.1 }],
    ['head_dense', { kind: 'dense', units: 16, useBias: false, activation: 'linear', l2: 0.01, initializer: 'he-normal' }],
    ['head_normalization', { kind: 'batch-normalization', epsilon: 1e-3, momentum: 0.99, scale: true, center: true, isNew: true }],
    ['head_activation', { kind: 'activation', activation: 'swish' }],
    ['head_dropout', { kind: 'dropout', rate: 0.5 }],
    ['head_dense_1', { kind: 'dense', units: 8, useBias: true, activation: 'tanh' }],
    ['predictions', { kind: 'dense', units: 3, useBias: true, activation: 'softmax', l2: 0.02, initializer: 'lecun-uniform' }],
  ])
})

test('the head of the seed recipe stays what it was, and two classes by binary cross-entropy have one sigmoid', () => {
  expect(headNetwork(headSchema.parse({}), 20, 2).layers.map(({ name }) => name)).toEqual(['input_layer', 'head_dense', 'predictions'])
  const binary = headNetwork(headSchema.parse({}), 20, 2, { name: 'binary-cross-entropy' })
  expect(binary.layers.at(-1)).toMatchObject({ name: 'predictions', units: 1, activation: 'sigmoid' })
  expect(() => headNetwork(headSchema.parse({}), 20, 3, { name: 'binary-cross-entropy' })).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'loss.name' }))
})
