import { GraftError } from '@graft/contracts/errors'
import { architectureNames, type ArchitectureName } from '@graft/contracts/model'
import { buildCustomCnn } from './architectures/custom-cnn.ts'
import { buildInceptionV3 } from './architectures/inception-v3.ts'
import { buildMobileNetV2 } from './architectures/mobilenet-v2.ts'
import { buildMobileNet } from './architectures/mobilenet.ts'
import { buildOneLayerCnn } from './architectures/one-layer-cnn.ts'
import type { ArchitectureOptions } from './architectures/options.ts'
import { buildResNet50 } from './architectures/resnet50.ts'
import { buildSixLayerCnn } from './architectures/six-layer-cnn.ts'
import { buildThreeLayerConvnet } from './architectures/three-layer-convnet.ts'
import { buildVgg16, buildVgg19 } from './architectures/vgg.ts'
import { buildXception } from './architectures/xception.ts'
import type { Network } from './description.ts'

interface Architecture {
  readonly build: (options: ArchitectureOptions) => Network
  /** Smallest height and width, as Keras demands it. */
  readonly smallest: number
  readonly widthMultiplier?: true
}

const architectures: Readonly<Record<ArchitectureName, Architecture>> = {
  VGG16: { build: buildVgg16, smallest: 32 },
  VGG19: { build: buildVgg19, smallest: 32 },
  InceptionV3: { build: buildInceptionV3, smallest: 75 },
  ResNet50: { build: buildResNet50, smallest: 32 },
  Xception: { build: buildXception, smallest: 71 },
  MobileNet: { build: buildMobileNet, smallest: 32, widthMultiplier: true },
  MobileNetV2: { build: buildMobileNetV2, smallest: 32, widthMultiplier: true },
  'one-layer-cnn': { build: buildOneLayerCnn, smallest: 4 },
  'three-layer-convnet': { build: buildThreeLayerConvnet, smallest: 22 },
  'six-layer-cnn': { build: buildSixLayerCnn, smallest: 22 },
  'custom-cnn': { build: buildCustomCnn, smallest: 1 },
}

/**
 * The description of an architecture with Keras's layer names, order and shapes. `includeTop` false ends before global
 * pooling, as Keras's `include_top=False`. `classes` (default 1000) sizes the top; a baseline's is also for `loss`. `customLayers` are those
 * of `custom-cnn`. Throws `invalid_input`, `unsupported`.
 */
export function buildNetwork(options: {
  architecture: ArchitectureName
  alpha?: number
  inputSize: readonly [number, number]
  includeTop: boolean
  classes?: number
} & Pick<ArchitectureOptions, 'loss' | 'customLayers'>): Network {
  const { architecture: name, inputSize, includeTop, alpha = 1, classes = 1000, loss, customLayers } = options
  if (!Object.hasOwn(architectures, name)) {
    throw new GraftError('unsupported', `No architecture ${JSON.stringify(name)}.`, { hint: `Known: ${architectureNames.join(', ')}.`, field: 'architecture' })
  }
  const architecture = architectures[name]
  const tooSmall = inputSize.some((length) => !Number.isInteger(length) || length < architecture.smallest)
  if (tooSmall) {
    throw new GraftError('invalid_input', `${name} takes images of at least ${architecture.smallest} x ${architecture.smallest} pixels, not ${inputSize.join(' x ')}.`, {
      hint: 'Choose a larger input size.',
      field: 'inputSize',
    })
  }
  if (!Number.isFinite(alpha) || alpha <= 0 || (alpha !== 1 && architecture.widthMultiplier === undefined)) {
    throw new GraftError('invalid_input', `${name} cannot be built with alpha ${alpha}.`, { hint: 'Only MobileNet and MobileNetV2 have a width multiplier; it is above 0.', field: 'alpha' })
  }
  if (!Number.isInteger(classes) || classes < 1) {
    throw new GraftError('invalid_input', `A network needs at least one class, not ${classes}.`, { hint: 'Give the number of classes.', field: 'classes' })
  }
  if (customLayers !== undefined && name !== 'custom-cnn') throw new GraftError('invalid_input', `${name} has its own layers; the recipe's list is for custom-cnn.`, { hint: 'Take `network` out of the recipe, or choose the model custom-cnn.', field: 'network' })
  return architecture.build({ inputSize, includeTop, classes, alpha, loss, customLayers })
}
