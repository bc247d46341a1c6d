import { NetworkBuilder } from '../builder.ts'
import type { Network } from '../description.ts'
import type { ArchitectureOptions } from './options.ts'

/** Depthwise separable blocks: filters, stride. */
const blocks: readonly (readonly [number, number])[] = [
  [64, 1],
  [128, 2], [128, 1],
  [256, 2], [256, 1],
  [512, 2], [512, 1], [512, 1], [512, 1], [512, 1], [512, 1],
  [1024, 2], [1024, 1],
]

/** MobileNet (Howard et al. 2017), as `keras.applications.MobileNet`, for any width multiplier. */
export function buildMobileNet(options: ArchitectureOptions): Network {
  const { alpha, inputSize, includeTop, classes } = options
  const builder = new NetworkBuilder()
  let x = builder.input([...inputSize, 3])
  x = builder.convolution(x, Math.trunc(32 * alpha), 3, { strides: 2, padding: 'same', useBias: false, name: 'conv1' })
  x = builder.batchNormalization(x, { name: 'conv1_bn' })
  x = builder.activation(x, 'relu6', { name: 'conv1_relu' })
  for (const [index, [filters, stride]] of blocks.entries()) {
    const number = index + 1
    if (stride === 2) x = builder.zeroPadding(x, [[0, 1], [0, 1]], { name: `conv_pad_${number}` })
    x = builder.depthwiseConvolution(x, 3, { strides: stride, padding: stride === 1 ? 'same' : 'valid', useBias: false, name: `conv_dw_${number}` })
    x = builder.batchNormalization(x, { name: `conv_dw_${number}_bn` })
    x = builder.activation(x, 'relu6', { name: `conv_dw_${number}_relu` })
    x = builder.convolution(x, Math.trunc(filters * alpha), 1, { padding: 'same', useBias: false, name: `conv_pw_${number}` })
    x = builder.batchNormalization(x, { name: `conv_pw_${number}_bn` })
    x = builder.activation(x, 'relu6', { name: `conv_pw_${number}_relu` })
  }
  if (includeTop) {
    x = builder.globalAveragePooling(x, { keepDimensions: true })
    x = builder.dropout(x, 1e-3, { name: 'dropout' })
    x = builder.convolution(x, classes, 1, { padding: 'same', name: 'conv_preds' })
    x = builder.reshape(x, [classes], { name: 'reshape_2' })
    x = builder.activation(x, 'softmax', { name: 'predictions' })
  }
  return builder.finish(`mobilenet_${alpha.toFixed(2)}_${inputSize[0]}`, x)
}
