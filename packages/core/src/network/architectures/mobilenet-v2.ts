import { NetworkBuilder } from '../builder.ts'
import type { Network, Pair } from '../description.ts'
import type { ArchitectureOptions } from './options.ts'

/** Inverted residual blocks: filters, stride. */
const blocks: readonly (readonly [number, number])[] = [
  [16, 1],
  [24, 2], [24, 1],
  [32, 2], [32, 1], [32, 1],
  [64, 2], [64, 1], [64, 1], [64, 1],
  [96, 1], [96, 1], [96, 1],
  [160, 2], [160, 1], [160, 1],
  [320, 1],
]
const expansion = 6
const normalization = { epsilon: 1e-3, momentum: 0.999 }

/** MobileNetV2 (Sandler et al. 2018), as `keras.applications.MobileNetV2`, for any width multiplier. */
export function buildMobileNetV2(options: ArchitectureOptions): Network {
  const { alpha, inputSize, includeTop, classes } = options
  const builder = new NetworkBuilder()
  let x = builder.input([...inputSize, 3])
  x = builder.convolution(x, divisibleByEight(32 * alpha), 3, { strides: 2, padding: 'same', useBias: false, name: 'Conv1' })
  x = builder.batchNormalization(x, { ...normalization, name: 'bn_Conv1' })
  x = builder.activation(x, 'relu6', { name: 'Conv1_relu' })
  for (const [index, [filters, stride]] of blocks.entries()) x = invertedResidual(builder, x, index, filters, stride, alpha)
  // The last convolution is widened but never narrowed, as the paper says.
  const lastFilters = alpha > 1 ? divisibleByEight(1280 * alpha) : 1280
  x = builder.convolution(x, lastFilters, 1, { useBias: false, name: 'Conv_1' })
  x = builder.batchNormalization(x, { ...normalization, name: 'Conv_1_bn' })
  x = builder.activation(x, 'relu6', { name: 'out_relu' })
  if (includeTop) {
    x = builder.globalAveragePooling(x)
    x = builder.dense(x, classes, { activation: 'softmax', name: 'predictions' })
  }
  return builder.finish(`mobilenetv2_${alpha.toFixed(2)}_${inputSize[0]}`, x)
}

function invertedResidual(builder: NetworkBuilder, input: string, index: number, filters: number, stride: number, alpha: number): string {
  const channels = builder.shapeOf(input)[2] ?? 0
  const prefix = index === 0 ? 'expanded_conv_' : `block_${index}_`
  let x = input
  if (index > 0) {
    x = builder.convolution(x, expansion * channels, 1, { padding: 'same', useBias: false, name: `${prefix}expand` })
    x = builder.batchNormalization(x, { ...normalization, name: `${prefix}expand_BN` })
    x = builder.activation(x, 'relu6', { name: `${prefix}expand_relu` })
  }
  if (stride === 2) x = builder.zeroPadding(x, stridePadding(builder.shapeOf(x)), { name: `${prefix}pad` })
  x = builder.depthwiseConvolution(x, 3, { strides: stride, padding: stride === 1 ? 'same' : 'valid', useBias: false, name: `${prefix}depthwise` })
  x = builder.batchNormalization(x, { ...normalization, name: `${prefix}depthwise_BN` })
  x = builder.activation(x, 'relu6', { name: `${prefix}depthwise_relu` })
  const projected = divisibleByEight(Math.trunc(filters * alpha))
  x = builder.convolution(x, projected, 1, { padding: 'same', useBias: false, name: `${prefix}project` })
  x = builder.batchNormalization(x, { ...normalization, name: `${prefix}project_BN` })
  return channels === projected && stride === 1 ? builder.sum([input, x], { name: `${prefix}add` }) : x
}

/** Keras's `correct_pad` for a 3x3 kernel: an even length is padded after only. */
function stridePadding(shape: readonly number[]): readonly [Pair, Pair] {
  return [axisPadding(shape[0]), axisPadding(shape[1])]
}

function axisPadding(length = 0): Pair {
  return [length % 2 === 0 ? 0 : 1, 1]
}

/** The nearest multiple of 8, but never more than 10% below. */
function divisibleByEight(value: number): number {
  const rounded = Math.max(8, Math.floor(Math.trunc(value + 4) / 8) * 8)
  return rounded < 0.9 * value ? rounded + 8 : rounded
}
