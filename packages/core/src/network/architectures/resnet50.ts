import { NetworkBuilder } from '../builder.ts'
import type { Network } from '../description.ts'
import type { ArchitectureOptions } from './options.ts'

/** Stacks of bottleneck blocks: name, filters, blocks, stride of the first. */
const stacks = [
  { name: 'conv2', filters: 64, blocks: 3, stride: 1 },
  { name: 'conv3', filters: 128, blocks: 4, stride: 2 },
  { name: 'conv4', filters: 256, blocks: 6, stride: 2 },
  { name: 'conv5', filters: 512, blocks: 3, stride: 2 },
] as const
const epsilon = 1.001e-5

/** ResNet50 version 1 (He et al. 2015; the stride sits on the first 1x1 convolution), as `keras.applications.ResNet50`. */
export function buildResNet50(options: ArchitectureOptions): Network {
  const builder = new NetworkBuilder()
  let x = builder.input([...options.inputSize, 3])
  x = builder.zeroPadding(x, [[3, 3], [3, 3]], { name: 'conv1_pad' })
  x = builder.convolution(x, 64, 7, { strides: 2, name: 'conv1_conv' })
  x = builder.batchNormalization(x, { epsilon, name: 'conv1_bn' })
  x = builder.activation(x, 'relu', { name: 'conv1_relu' })
  x = builder.zeroPadding(x, [[1, 1], [1, 1]], { name: 'pool1_pad' })
  x = builder.maxPooling(x, 3, { strides: 2, name: 'pool1_pool' })
  for (const stack of stacks) {
    for (let number = 1; number <= stack.blocks; number++) {
      x = bottleneck(builder, x, `${stack.name}_block${number}`, stack.filters, number === 1 ? stack.stride : 1, number === 1)
    }
  }
  if (options.includeTop) {
    x = builder.globalAveragePooling(x, { name: 'avg_pool' })
    x = builder.dense(x, options.classes, { activation: 'softmax', name: 'predictions' })
  }
  return builder.finish('resnet50', x)
}

function bottleneck(builder: NetworkBuilder, input: string, name: string, filters: number, stride: number, projected: boolean): string {
  let shortcut = input
  if (projected) {
    shortcut = builder.convolution(input, 4 * filters, 1, { strides: stride, name: `${name}_0_conv` })
    shortcut = builder.batchNormalization(shortcut, { epsilon, name: `${name}_0_bn` })
  }
  let x = builder.convolution(input, filters, 1, { strides: stride, name: `${name}_1_conv` })
  x = builder.batchNormalization(x, { epsilon, name: `${name}_1_bn` })
  x = builder.activation(x, 'relu', { name: `${name}_1_relu` })
  x = builder.convolution(x, filters, 3, { padding: 'same', name: `${name}_2_conv` })
  x = builder.batchNormalization(x, { epsilon, name: `${name}_2_bn` })
  x = builder.activation(x, 'relu', { name: `${name}_2_relu` })
  x = builder.convolution(x, 4 * filters, 1, { name: `${name}_3_conv` })
  x = builder.batchNormalization(x, { epsilon, name: `${name}_3_bn` })
  x = builder.sum([shortcut, x], { name: `${name}_add` })
  return builder.activation(x, 'relu', { name: `${name}_out` })
}
