import { NetworkBuilder } from '../builder.ts'
import type { Network } from '../description.ts'
import type { ArchitectureOptions } from './options.ts'

const filtersByBlock = [64, 128, 256, 512, 512]

/** VGG (Simonyan and Zisserman 2014, configurations D and E), as `keras.applications.VGG16` and `VGG19`. */
function buildVgg(name: string, convolutionsByBlock: readonly number[], options: ArchitectureOptions): Network {
  const builder = new NetworkBuilder()
  let x = builder.input([...options.inputSize, 3])
  for (const [index, convolutions] of convolutionsByBlock.entries()) {
    const block = `block${index + 1}`
    for (let number = 1; number <= convolutions; number++) {
      x = builder.convolution(x, filtersByBlock[index] ?? 512, 3, { activation: 'relu', padding: 'same', name: `${block}_conv${number}` })
    }
    x = builder.maxPooling(x, 2, { name: `${block}_pool` })
  }
  if (options.includeTop) {
    x = builder.flatten(x, { name: 'flatten' })
    x = builder.dense(x, 4096, { activation: 'relu', name: 'fc1' })
    x = builder.dense(x, 4096, { activation: 'relu', name: 'fc2' })
    x = builder.dense(x, options.classes, { activation: 'softmax', name: 'predictions' })
  }
  return builder.finish(name, x)
}

export const buildVgg16 = (options: ArchitectureOptions): Network => buildVgg('vgg16', [2, 2, 3, 3, 3], options)
export const buildVgg19 = (options: ArchitectureOptions): Network => buildVgg('vgg19', [2, 2, 4, 4, 4], options)
