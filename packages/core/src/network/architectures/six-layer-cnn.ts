import { NetworkBuilder } from '../builder.ts'
import type { Network } from '../description.ts'
import { addDenseTop } from './dense-top.ts'
import type { ArchitectureOptions } from './options.ts'

/**
 * The seed study's largest baseline, of which it says only that it has six layers. Ours is Keras's CIFAR-10 example with a third block:
 * twice 32, 64 and 128 filters of 3 x 3 with relu, the first of each pair padded, after each pair a 2 x 2 pool and dropout 0.25;
 * then Dense 512, dropout 0.5, softmax.
 */
export function buildSixLayerCnn(options: ArchitectureOptions): Network {
  const builder = new NetworkBuilder()
  let x = builder.input([...options.inputSize, 3])
  for (const filters of [32, 64, 128]) {
    x = builder.convolution(x, filters, 3, { activation: 'relu', padding: 'same' })
    x = builder.convolution(x, filters, 3, { activation: 'relu' })
    x = builder.maxPooling(x, 2)
    x = builder.dropout(x, 0.25)
  }
  return builder.finish('six-layer-cnn', addDenseTop(builder, x, 512, options))
}
