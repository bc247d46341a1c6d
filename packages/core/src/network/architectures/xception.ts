import { NetworkBuilder } from '../builder.ts'
import type { Network } from '../description.ts'
import type { ArchitectureOptions } from './options.ts'

/**
 * Xception (Chollet 2017), as `keras.applications.Xception`. The convolution, batch norm and sum of each shortcut carry no
 * name in Keras.
 */
export function buildXception(options: ArchitectureOptions): Network {
  const builder = new NetworkBuilder()
  let x = builder.input([...options.inputSize, 3])
  x = convolved(builder, x, 32, 2, 'block1_conv1')
  x = convolved(builder, x, 64, 1, 'block1_conv2')
  x = downsampled(builder, x, 2, 128, 128)
  x = downsampled(builder, x, 3, 256, 256)
  x = downsampled(builder, x, 4, 728, 728)
  for (let block = 5; block <= 12; block++) x = middle(builder, x, `block${block}`)
  x = downsampled(builder, x, 13, 728, 1024)
  x = separated(builder, x, 1536, 'block14_sepconv1')
  x = builder.activation(x, 'relu', { name: 'block14_sepconv1_act' })
  x = separated(builder, x, 2048, 'block14_sepconv2')
  x = builder.activation(x, 'relu', { name: 'block14_sepconv2_act' })
  if (options.includeTop) {
    x = builder.globalAveragePooling(x, { name: 'avg_pool' })
    x = builder.dense(x, options.classes, { activation: 'softmax', name: 'predictions' })
  }
  return builder.finish('xception', x)
}

function convolved(builder: NetworkBuilder, input: string, filters: number, strides: number, name: string): string {
  let x = builder.convolution(input, filters, 3, { strides, useBias: false, name })
  x = builder.batchNormalization(x, { name: `${name}_bn` })
  return builder.activation(x, 'relu', { name: `${name}_act` })
}

function separated(builder: NetworkBuilder, input: string, filters: number, name: string): string {
  const x = builder.separableConvolution(input, filters, 3, { padding: 'same', useBias: false, name })
  return builder.batchNormalization(x, { name: `${name}_bn` })
}

/** Two separable convolutions and a stride-2 pooling beside a strided 1x1 convolution. Block 2 begins without a relu. */
function downsampled(builder: NetworkBuilder, input: string, number: number, firstFilters: number, filters: number): string {
  const block = `block${number}`
  let residual = builder.convolution(input, filters, 1, { strides: 2, padding: 'same', useBias: false })
  residual = builder.batchNormalization(residual)
  let x = input
  if (number > 2) x = builder.activation(x, 'relu', { name: `${block}_sepconv1_act` })
  x = separated(builder, x, firstFilters, `${block}_sepconv1`)
  x = builder.activation(x, 'relu', { name: `${block}_sepconv2_act` })
  x = separated(builder, x, filters, `${block}_sepconv2`)
  x = builder.maxPooling(x, 3, { strides: 2, padding: 'same', name: `${block}_pool` })
  return builder.sum([x, residual])
}

function middle(builder: NetworkBuilder, input: string, block: string): string {
  let x = input
  for (let number = 1; number <= 3; number++) {
    x = builder.activation(x, 'relu', { name: `${block}_sepconv${number}_act` })
    x = separated(builder, x, 728, `${block}_sepconv${number}`)
  }
  return builder.sum([x, input])
}
