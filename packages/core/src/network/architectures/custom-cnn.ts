import { GraftError, isGraftError } from '@graft/contracts/errors'
import type { NetworkLayer } from '@graft/contracts/recipe/layers'
import { NetworkBuilder } from '../builder.ts'
import type { Network } from '../description.ts'
import { show } from '../output-shape.ts'
import { addOutput } from '../output-layer.ts'
import type { ArchitectureOptions } from './options.ts'

/**
 * A network that a recipe spells out layer by layer, then the output over the classes. Names are Keras's counted ones. Throws
 * `invalid_input` with the layer's place in the list as field (`network.3`) where a layer cannot take what the one before gives.
 */
export function buildCustomCnn(options: ArchitectureOptions): Network {
  const { customLayers: layers } = options
  if (layers === undefined) throw new GraftError('invalid_input', 'The recipe does not say the layers of custom-cnn.', { hint: 'Give them as `network`, a list of layers.', field: 'network' })
  const builder = new NetworkBuilder()
  let x = builder.input([...options.inputSize, 3])
  for (const [index, layer] of layers.entries()) x = addListed(builder, x, layer, index)
  if (options.includeTop) {
    const shape = builder.shapeOf(x)
    if (shape.length !== 1) throw refused(layers.length - 1, layers.at(-1)!, `puts out an image of ${show(shape)}, on which no class can be told`, 'End the list with flatten or a global pooling.')
    x = addOutput(builder, x, options)
  }
  return builder.finish('custom-cnn', x)
}

const takesImages: ReadonlySet<NetworkLayer['kind']> = new Set(['convolution', 'depthwise-convolution', 'separable-convolution', 'max-pooling', 'average-pooling', 'global-average-pooling', 'global-max-pooling'])

function addListed(builder: NetworkBuilder, input: string, layer: NetworkLayer, index: number): string {
  const shape = builder.shapeOf(input)
  if (shape.length === 1 && takesImages.has(layer.kind)) throw refused(index, layer, `takes an image, but is given ${shape[0]} values`, 'Put it before flatten, global pooling and dense layers.')
  if (shape.length === 3 && layer.kind === 'dense') throw refused(index, layer, `takes a list of values, but is given an image of ${show(shape)}`, 'Put flatten or a global pooling before it.')
  try {
    return addLayer(builder, input, layer)
  } catch (cause) {
    if (!isGraftError(cause) || cause.field !== 'inputSize') throw cause
    throw refused(index, layer, `does not fit on an image of ${show(shape)}`, 'Choose a larger input size, padding `same`, or fewer poolings and strides before it.')
  }
}

function addLayer(builder: NetworkBuilder, input: string, layer: NetworkLayer): string {
  switch (layer.kind) {
    case 'convolution':
      return builder.convolution(input, layer.filters, layer.kernel, layer)
    case 'separable-convolution':
      return builder.separableConvolution(input, layer.filters, layer.kernel, layer)
    case 'depthwise-convolution':
      return builder.depthwiseConvolution(input, layer.kernel, layer)
    case 'max-pooling':
      return builder.maxPooling(input, layer.pool, layer)
    case 'average-pooling':
      return builder.averagePooling(input, layer.pool, layer)
    case 'global-average-pooling':
      return builder.globalAveragePooling(input)
    case 'global-max-pooling':
      return builder.globalMaxPooling(input)
    case 'flatten':
      return builder.flatten(input)
    case 'batch-normalization':
      return builder.batchNormalization(input, { isNew: true })
    case 'activation':
      return builder.activation(input, layer.activation)
    case 'dropout':
      return builder.dropout(input, layer.rate)
    case 'dense':
      return builder.dense(input, layer.units, layer)
  }
}

function refused(index: number, layer: NetworkLayer, reason: string, hint: string): GraftError {
  return new GraftError('invalid_input', `Layer ${index + 1} of the network (${layer.kind}) ${reason}.`, { hint, field: `network.${index}` })
}
