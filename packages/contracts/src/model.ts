import { z } from 'zod'
import { nameSchema, sha256Schema } from './identifier.ts'

/** Architectures by their Keras names, then the baselines trained from scratch; the layers of `custom-cnn` are in the recipe. */
export const architectureNames = [
  'VGG16',
  'VGG19',
  'InceptionV3',
  'ResNet50',
  'Xception',
  'MobileNet',
  'MobileNetV2',
  'one-layer-cnn',
  'three-layer-convnet',
  'six-layer-cnn',
  'custom-cnn',
] as const
export type ArchitectureName = (typeof architectureNames)[number]
export const architectureNameSchema = z.enum(architectureNames)

/** Keras's preprocessing modes: `tf` x/127.5-1; `caffe` BGR minus the ImageNet mean; `torch` x/255 standardised; `unit` x/255; `none`. */
export const preprocessingModes = ['tf', 'caffe', 'torch', 'unit', 'none'] as const
export const preprocessingSchema = z.object({
  mode: z.enum(preprocessingModes),
  /** Height and width of the network's input in pixels. */
  inputSize: z.tuple([z.number().int().min(16).max(1024), z.number().int().min(16).max(1024)]),
  /** `bilinear` is antialiased (a triangle filter widened by the scale, as PIL's); `nearest` is what Keras's ImageDataGenerator used. */
  interpolation: z.enum(['bilinear', 'nearest']).default('bilinear'),
})
/** How pixels become a network's input. It belongs to the weights, not to the architecture. */
export type Preprocessing = z.infer<typeof preprocessingSchema>

export const weightFormats = ['keras-h5', 'keras-weights-h5', 'keras-archive', 'safetensors', 'tfjs-layers', 'graft'] as const
export const weightFormatSchema = z.enum(weightFormats)
export type WeightFormat = (typeof weightFormats)[number]

/** Where weights came from. `pretrained` is false for a baseline that starts from random weights. */
export const weightsInfoSchema = z.object({
  /** SHA-256 of the weight file. */
  sha256: sha256Schema,
  format: weightFormatSchema,
  bytes: z.number().int().positive(),
  includeTop: z.boolean(),
  /** Where from: an address, a package, or the file's name. */
  source: z.string(),
  licence: z.string(),
  /** What they were trained on: `ImageNet`, or another task, said plainly. */
  trainedOn: z.string(),
})
export type WeightsInfo = z.infer<typeof weightsInfoSchema>

/** A model: an architecture with pretrained weights, or a baseline trained from scratch. Identified by `id`, for instance `mobilenet-v2`. */
export const modelDescriptionSchema = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/),
  /** For people: `MobileNetV2`. */
  name: nameSchema,
  architecture: architectureNameSchema,
  /** Width multiplier of MobileNet and MobileNetV2. */
  alpha: z.number().positive().default(1),
  preprocessing: preprocessingSchema,
  /** Keras name of the layer whose output is the trunk's; the default is the layer before global pooling. */
  featureLayer: z.string(),
  /** False: a baseline from scratch, no weights. */
  pretrained: z.boolean(),
  trainedOn: z.string().nullable(),
  licence: z.string().nullable(),
  source: z.string().nullable(),
  /** Trunk parameters, as Keras counts them. */
  parameters: z.number().int().nonnegative(),
})
export type ModelDescription = z.infer<typeof modelDescriptionSchema>

/**
 * `bundled`: ships with Graft. `cached`: the weight file is in the storage. `downloadable`: fetched on first use.
 * `unavailable`: no weights here and none to fetch; `reason` says why and what to place where. `from-scratch`: needs none.
 */
export const availabilitySchema = z.object({
  state: z.enum(['bundled', 'cached', 'downloadable', 'unavailable', 'from-scratch']),
  reason: z.string().nullable(),
})
export type Availability = z.infer<typeof availabilitySchema>
