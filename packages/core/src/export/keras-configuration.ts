import type { Layer, LayerKind, Network } from '../network/description.ts'
import { kerasClassName } from '../network/keras-class-name.ts'

type Configuration = Readonly<Record<string, unknown>>
type LayerOf<Kind extends LayerKind, Candidate = Layer> = Candidate extends { readonly kind: infer Own } ? (Kind extends Own ? Candidate & { readonly kind: Kind } : never) : never

const convolutional = (layer: LayerOf<'convolution'> | LayerOf<'depthwise-convolution'> | LayerOf<'separable-convolution'>): Configuration => ({
  kernel_size: layer.kernel,
  strides: layer.strides,
  padding: layer.padding,
  data_format: 'channels_last',
  dilation_rate: layer.dilation,
  activation: layer.activation,
  use_bias: layer.useBias,
})
const pooling = (layer: LayerOf<'max-pooling'> | LayerOf<'average-pooling'>): Configuration => ({ pool_size: layer.pool, strides: layer.strides, padding: layer.padding, data_format: 'channels_last' })
const globalPooling = (layer: LayerOf<'global-average-pooling'> | LayerOf<'global-max-pooling'>): Configuration => ({ data_format: 'channels_last', ...(layer.keepDimensions && { keepdims: true }) })

const configurations: { readonly [Kind in LayerKind]: (layer: LayerOf<Kind>) => Configuration } = {
  input: (layer) => ({ batch_input_shape: [null, ...layer.shape], sparse: false }),
  convolution: (layer) => ({ filters: layer.filters, ...convolutional(layer) }),
  'depthwise-convolution': (layer) => ({ depth_multiplier: layer.depthMultiplier, ...convolutional(layer) }),
  'separable-convolution': (layer) => ({ filters: layer.filters, depth_multiplier: layer.depthMultiplier, ...convolutional(layer) }),
  'batch-normalization': (layer) => ({ axis: -1, momentum: layer.momentum, epsilon: layer.epsilon, center: layer.center, scale: layer.scale }),
  activation: (layer) => (layer.activation === 'relu6' ? { max_value: 6, negative_slope: 0, threshold: 0 } : { activation: layer.activation }),
  'max-pooling': pooling,
  'average-pooling': pooling,
  'global-average-pooling': globalPooling,
  'global-max-pooling': globalPooling,
  'zero-padding': (layer) => ({ padding: layer.padding, data_format: 'channels_last' }),
  add: () => ({}),
  concatenate: () => ({ axis: -1 }),
  flatten: () => ({ data_format: 'channels_last' }),
  reshape: (layer) => ({ target_shape: layer.shape }),
  dropout: (layer) => ({ rate: layer.rate }),
  dense: (layer) => ({ units: layer.units, activation: layer.activation, use_bias: layer.useBias }),
}

/**
 * A network as Keras's functional model configuration, in the layout of Keras 2 files that Keras 3 and tfjs read as well:
 * the `model_config` of an .h5 file and the `modelTopology` of a tfjs model.
 */
export function kerasConfiguration(network: Network): Configuration {
  const node = (name: string): readonly unknown[] => [name, 0, 0]
  return {
    class_name: 'Functional',
    config: {
      name: network.name.replaceAll(/[^\w.-]/g, '_'),
      trainable: true,
      layers: network.layers.map((layer) => ({
        class_name: kerasClassName(layer),
        name: layer.name,
        config: { name: layer.name, dtype: 'float32', ...(layer.kind !== 'input' && { trainable: true }), ...configurationOf(layer) },
        inbound_nodes: layer.inputs.length === 0 ? [] : [layer.inputs.map((input) => [...node(input), {}])],
      })),
      input_layers: [node(network.layers[0]!.name)],
      output_layers: [node(network.output)],
    },
  }
}

function configurationOf(layer: Layer): Configuration {
  // The table is keyed by the layer's own kind, which TypeScript cannot follow through the union.
  return (configurations[layer.kind] as (layer: Layer) => Configuration)(layer)
}
