import { GraftError } from '@graft/contracts/errors'
import type { ArchitectureName, ModelDescription, Preprocessing, WeightFormat } from '@graft/contracts/model'
import { buildNetwork } from '../network/build.ts'
import { countParameters } from '../network/parameters.ts'
import { bundledMobileNetV2, officialFiles, type CatalogFile } from './official-files.ts'

/** Where a model's weights come from. */
export type WeightSource =
  | { readonly kind: 'bundled'; readonly fileName: string; readonly sha256: string; readonly bytes: number; readonly includeTop: boolean; readonly licence: string; readonly source: string; readonly trainedOn: string }
  /** `file` is what is fetched; `topFile` another one with its top, where `file` has none. */
  | { readonly kind: 'download'; readonly file: CatalogFile; readonly topFile?: CatalogFile; readonly licence: string; readonly trainedOn: string }
  /** A tfjs model inside an npm package that Graft depends on; turned into a .graft-weights file in the cache at first use. */
  | { readonly kind: 'package'; readonly package: string; readonly folder: string; readonly licence: string; readonly trainedOn: string }

export interface CatalogEntry {
  readonly model: ModelDescription
  /** Null: trained from scratch. */
  readonly weights: WeightSource | null
}

interface Listed {
  id: string
  name: string
  architecture: ArchitectureName
  preprocessing: Preprocessing
  featureLayer: string
  weights: WeightSource | null
  source: string | null
}

const square = (mode: Preprocessing['mode'], length: number): Preprocessing => ({ mode, inputSize: [length, length], interpolation: 'bilinear' })
const apache = 'Apache-2.0 (Keras Applications)'
const oxford = 'CC BY 4.0 (Oxford Visual Geometry Group)'
const download = (file: CatalogFile, licence: string, topFile?: CatalogFile): WeightSource => ({ kind: 'download', file, licence, trainedOn: 'ImageNet', ...(topFile && { topFile }) })

/** The models that Graft knows. The feature layer is the one before global pooling, unless said otherwise. */
export const catalog: readonly CatalogEntry[] = [
  listed({
    id: 'mobilenet-v2',
    name: 'MobileNetV2',
    architecture: 'MobileNetV2',
    preprocessing: square('tf', 224),
    featureLayer: 'out_relu',
    weights: { kind: 'bundled', ...bundledMobileNetV2 },
    source: bundledMobileNetV2.source,
  }),
  listed({
    id: 'mobilenet-v2-float',
    name: 'MobileNetV2 (float)',
    architecture: 'MobileNetV2',
    preprocessing: square('tf', 224),
    featureLayer: 'out_relu',
    weights: download(officialFiles.mobilenetV2, apache),
    source: officialFiles.mobilenetV2.url,
  }),
  listed({
    id: 'mobilenet',
    name: 'MobileNet',
    architecture: 'MobileNet',
    preprocessing: square('tf', 224),
    featureLayer: 'conv_pw_13_relu',
    weights: download(officialFiles.mobilenet, apache),
    source: officialFiles.mobilenet.url,
  }),
  listed({
    id: 'vgg16',
    name: 'VGG16',
    architecture: 'VGG16',
    preprocessing: square('caffe', 224),
    featureLayer: 'block5_pool',
    // With its top the file is nine times as large (528 MB), so that is fetched for the quick check only.
    weights: download(officialFiles.vgg16, oxford, officialFiles.vgg16Top),
    source: officialFiles.vgg16.url,
  }),
  listed({
    id: 'vgg19',
    name: 'VGG19',
    architecture: 'VGG19',
    preprocessing: square('caffe', 224),
    featureLayer: 'block5_pool',
    weights: download(officialFiles.vgg19, oxford, officialFiles.vgg19Top),
    source: officialFiles.vgg19.url,
  }),
  listed({
    id: 'resnet50',
    name: 'ResNet50',
    architecture: 'ResNet50',
    preprocessing: square('caffe', 224),
    featureLayer: 'conv5_block3_out',
    weights: download(officialFiles.resnet50, apache),
    source: officialFiles.resnet50.url,
  }),
  listed({
    id: 'inception-v3',
    name: 'InceptionV3',
    architecture: 'InceptionV3',
    preprocessing: square('tf', 299),
    featureLayer: 'mixed10',
    weights: download(officialFiles.inceptionV3, apache),
    source: officialFiles.inceptionV3.url,
  }),
  listed({
    id: 'xception',
    name: 'Xception',
    architecture: 'Xception',
    preprocessing: square('tf', 299),
    featureLayer: 'block14_sepconv2_act',
    weights: download(officialFiles.xception, apache),
    source: officialFiles.xception.url,
  }),
  listed({
    id: 'inception-v3-nsfwjs',
    name: 'InceptionV3 (nsfwjs)',
    architecture: 'InceptionV3',
    // The package feeds its model pixels from 0 to 1.
    preprocessing: square('unit', 299),
    // Later layers have specialised on the package's own task.
    featureLayer: 'mixed7',
    weights: { kind: 'package', package: 'nsfwjs', folder: 'models/inception_v3', licence: 'MIT', trainedOn: 'ImageNet, then tuned to tell indecent from decent pictures: weaker than ImageNet weights' },
    source: 'npm package nsfwjs 4.3.0',
  }),
  listed({
    id: 'one-layer-cnn',
    name: 'One-layer CNN',
    architecture: 'one-layer-cnn',
    // Its dense layer takes every pixel: at 150 x 150 it alone would have 179 million weights.
    preprocessing: square('unit', 64),
    featureLayer: 'max_pooling2d',
    weights: null,
    source: null,
  }),
  listed({
    id: 'three-layer-convnet',
    name: 'Three-layer ConvNet',
    architecture: 'three-layer-convnet',
    preprocessing: square('unit', 150),
    featureLayer: 'max_pooling2d_2',
    weights: null,
    source: null,
  }),
  listed({
    id: 'six-layer-cnn',
    name: 'Six-layer CNN',
    architecture: 'six-layer-cnn',
    preprocessing: square('unit', 150),
    featureLayer: 'dropout_2',
    weights: null,
    source: null,
  }),
  listed({
    id: 'custom-cnn',
    name: 'Custom CNN',
    architecture: 'custom-cnn',
    preprocessing: square('unit', 150),
    featureLayer: '',
    weights: null,
    source: null,
  }),
]

function listed(entry: Listed): CatalogEntry {
  const { weights, ...rest } = entry
  // The layers of custom-cnn are the recipe's.
  const parameters = entry.architecture === 'custom-cnn' ? 0 : countParameters(buildNetwork({ architecture: entry.architecture, inputSize: entry.preprocessing.inputSize, includeTop: false })).total
  return {
    model: { ...rest, alpha: 1, pretrained: weights !== null, trainedOn: weights?.trainedOn ?? null, licence: weights?.licence ?? null, parameters },
    weights,
  }
}

/** The catalog's entry of a model. Throws `not_found` with the ids there are. */
export function findModel(id: string): CatalogEntry {
  const entry = catalog.find(({ model }) => model.id === id)
  if (entry !== undefined) return entry
  throw new GraftError('not_found', `There is no model ${JSON.stringify(id)}.`, { hint: `Models: ${catalog.map(({ model }) => model.id).join(', ')}.`, field: 'model' })
}

/** The file of a catalog entry that is fetched: with its top where that is wanted and there is a choice. */
export function fileOf(weights: Extract<WeightSource, { kind: 'download' }>, includeTop: boolean): CatalogFile {
  return includeTop && weights.topFile !== undefined ? weights.topFile : weights.file
}

/** Format of every file that the catalog downloads. */
export const officialFormat: WeightFormat = 'keras-h5'
