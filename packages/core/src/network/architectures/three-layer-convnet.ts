import { NetworkBuilder } from '../builder.ts'
import type { Network } from '../description.ts'
import { addDenseTop } from './dense-top.ts'
import type { ArchitectureOptions } from './options.ts'

/**
 * The baseline that is trained from scratch: the small ConvNet of the Keras blog ("Building powerful image classification
 * models using very little data", 2016), with a softmax over the classes in place of its one sigmoid (which binary cross-entropy gives back).
 */
export function buildThreeLayerConvnet(options: ArchitectureOptions): Network {
  const builder = new NetworkBuilder()
  let x = builder.input([...options.inputSize, 3])
  for (const filters of [32, 32, 64]) {
    x = builder.convolution(x, filters, 3, { activation: 'relu' })
    x = builder.maxPooling(x, 2)
  }
  return builder.finish('three-layer-convnet', addDenseTop(builder, x, 64, options))
}
