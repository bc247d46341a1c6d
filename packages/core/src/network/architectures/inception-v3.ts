import { NetworkBuilder } from '../builder.ts'
import type { Network, Padding, Pair } from '../description.ts'
import type { ArchitectureOptions } from './options.ts'

/**
 * InceptionV3 (Szegedy et al. 2015), as `keras.applications.InceptionV3`. Only the `mixed` concatenations carry names in
 * Keras; convolutions and batch norms (without scale) are counted in the order of creation, which this file therefore keeps.
 */
export function buildInceptionV3(options: ArchitectureOptions): Network {
  const builder = new NetworkBuilder()
  let x = stem(builder, builder.input([...options.inputSize, 3]))
  for (const [index, pooledFilters] of [32, 64, 64].entries()) x = mixed35(builder, x, `mixed${index}`, pooledFilters)
  x = reduced17(builder, x, 'mixed3')
  for (const [index, filters] of [128, 160, 160, 192].entries()) x = mixed17(builder, x, `mixed${index + 4}`, filters)
  x = reduced8(builder, x, 'mixed8')
  for (const index of [0, 1]) x = mixed8(builder, x, index)
  if (options.includeTop) {
    x = builder.globalAveragePooling(x, { name: 'avg_pool' })
    x = builder.dense(x, options.classes, { activation: 'softmax', name: 'predictions' })
  }
  return builder.finish('inception_v3', x)
}

/** Convolution without bias, batch norm without scale, relu. */
function convolved(builder: NetworkBuilder, input: string, filters: number, kernel: number | Pair, padding: Padding = 'same', strides = 1): string {
  let x = builder.convolution(input, filters, kernel, { strides, padding, useBias: false })
  x = builder.batchNormalization(x, { scale: false })
  return builder.activation(x, 'relu')
}

/** Average over 3x3 and a 1x1 convolution. */
function pooledBranch(builder: NetworkBuilder, input: string, filters: number): string {
  return convolved(builder, builder.averagePooling(input, 3, { strides: 1, padding: 'same' }), filters, 1)
}

function stem(builder: NetworkBuilder, input: string): string {
  let x = convolved(builder, input, 32, 3, 'valid', 2)
  x = convolved(builder, x, 32, 3, 'valid')
  x = convolved(builder, x, 64, 3)
  x = builder.maxPooling(x, 3, { strides: 2 })
  x = convolved(builder, x, 80, 1, 'valid')
  x = convolved(builder, x, 192, 3, 'valid')
  return builder.maxPooling(x, 3, { strides: 2 })
}

function mixed35(builder: NetworkBuilder, input: string, name: string, pooledFilters: number): string {
  const one = convolved(builder, input, 64, 1)
  const five = convolved(builder, convolved(builder, input, 48, 1), 64, 5)
  let double = convolved(builder, input, 64, 1)
  double = convolved(builder, double, 96, 3)
  double = convolved(builder, double, 96, 3)
  return builder.concatenate([one, five, double, pooledBranch(builder, input, pooledFilters)], { name })
}

function reduced17(builder: NetworkBuilder, input: string, name: string): string {
  const three = convolved(builder, input, 384, 3, 'valid', 2)
  let double = convolved(builder, input, 64, 1)
  double = convolved(builder, double, 96, 3)
  double = convolved(builder, double, 96, 3, 'valid', 2)
  return builder.concatenate([three, double, builder.maxPooling(input, 3, { strides: 2 })], { name })
}

function mixed17(builder: NetworkBuilder, input: string, name: string, filters: number): string {
  const one = convolved(builder, input, 192, 1)
  let seven = convolved(builder, input, filters, 1)
  seven = convolved(builder, seven, filters, [1, 7])
  seven = convolved(builder, seven, 192, [7, 1])
  let double = convolved(builder, input, filters, 1)
  double = convolved(builder, double, filters, [7, 1])
  double = convolved(builder, double, filters, [1, 7])
  double = convolved(builder, double, filters, [7, 1])
  double = convolved(builder, double, 192, [1, 7])
  return builder.concatenate([one, seven, double, pooledBranch(builder, input, 192)], { name })
}

function reduced8(builder: NetworkBuilder, input: string, name: string): string {
  const three = convolved(builder, convolved(builder, input, 192, 1), 320, 3, 'valid', 2)
  let seven = convolved(builder, input, 192, 1)
  seven = convolved(builder, seven, 192, [1, 7])
  seven = convolved(builder, seven, 192, [7, 1])
  seven = convolved(builder, seven, 192, 3, 'valid', 2)
  return builder.concatenate([three, seven, builder.maxPooling(input, 3, { strides: 2 })], { name })
}

function mixed8(builder: NetworkBuilder, input: string, index: number): string {
  const one = convolved(builder, input, 320, 1)
  const three = convolved(builder, input, 384, 1)
  const threeWide = convolved(builder, three, 384, [1, 3])
  const threeHigh = convolved(builder, three, 384, [3, 1])
  const threeBoth = builder.concatenate([threeWide, threeHigh], { name: `mixed9_${index}` })
  const double = convolved(builder, convolved(builder, input, 448, 1), 384, 3)
  const doubleWide = convolved(builder, double, 384, [1, 3])
  const doubleHigh = convolved(builder, double, 384, [3, 1])
  const doubleBoth = builder.concatenate([doubleWide, doubleHigh])
  return builder.concatenate([one, threeBoth, doubleBoth, pooledBranch(builder, input, 192)], { name: `mixed${9 + index}` })
}
