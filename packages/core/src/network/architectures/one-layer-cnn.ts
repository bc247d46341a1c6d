import { NetworkBuilder } from '../builder.ts'
import type { Network } from '../description.ts'
import { addDenseTop } from './dense-top.ts'
import type { ArchitectureOptions } from './options.ts'

/**
 * The seed study's smallest baseline: Conv 32, pool, Dense 1024, dropout 0.5, softmax. It does not say the window: 3 x 3 with relu and
 * a 2 x 2 pool, as in the three-layer ConvNet, are our choice.
 */
export function buildOneLayerCnn(options: ArchitectureOptions): Network {
  const builder = new NetworkBuilder()
  let x = builder.input([...options.inputSize, 3])
  x = builder.convolution(x, 32, 3, { activation: 'relu' })
  x = builder.maxPooling(x, 2)
  return builder.finish('one-layer-cnn', addDenseTop(builder, x, 1024, options))
}
