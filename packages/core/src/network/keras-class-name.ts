import type { Layer, LayerKind } from './description.ts'

const classNames: Readonly<Record<LayerKind, string>> = {
  input: 'InputLayer',
  convolution: 'Conv2D',
  'depthwise-convolution': 'DepthwiseConv2D',
  'separable-convolution': 'SeparableConv2D',
  'batch-normalization': 'BatchNormalization',
  activation: 'Activation',
  'max-pooling': 'MaxPooling2D',
  'average-pooling': 'AveragePooling2D',
  'global-average-pooling': 'GlobalAveragePooling2D',
  'global-max-pooling': 'GlobalMaxPooling2D',
  'zero-padding': 'ZeroPadding2D',
  add: 'Add',
  concatenate: 'Concatenate',
  flatten: 'Flatten',
  reshape: 'Reshape',
  dropout: 'Dropout',
  dense: 'Dense',
}

/** The Keras class of a layer; a relu limited to 6 is a `ReLU` layer there, any other activation an `Activation`. */
export function kerasClassName(layer: Layer): string {
  return layer.kind === 'activation' && layer.activation === 'relu6' ? 'ReLU' : classNames[layer.kind]
}
