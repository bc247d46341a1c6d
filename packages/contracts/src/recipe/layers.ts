import { z } from 'zod'

const fraction = z.number().min(0).lt(1)

/** Keras's activations, with its formulas (`gelu` is the exact one, by the error function). */
export const activationNames = ['linear', 'relu', 'relu6', 'elu', 'swish', 'gelu', 'sigmoid', 'tanh', 'softmax'] as const
const hiddenActivation = z.enum(['linear', 'relu', 'relu6', 'elu', 'swish', 'gelu', 'sigmoid', 'tanh'])

/** Keras's initializers of a kernel. Absent: `glorot-uniform`, as in Keras. */
export const initializerNames = ['glorot-uniform', 'glorot-normal', 'he-uniform', 'he-normal', 'lecun-uniform', 'lecun-normal'] as const
export const initializerSchema = z.enum(initializerNames)
export type Initializer = z.infer<typeof initializerSchema>

/** Factor of the sum of squares of a kernel in the loss (Keras: `regularizers.L2`). */
const l2 = z.number().positive().max(10).optional()

export const denseLayerSchema = z.strictObject({
  units: z.number().int().min(1).max(8192),
  activation: hiddenActivation.default('relu'),
  /** Dropout after this layer, as a fraction of units. */
  dropout: fraction.default(0),
  /** Batch normalization between the product and the activation. */
  batchNormalization: z.literal(true).optional(),
  l2,
  initializer: initializerSchema.optional(),
})

/** New layers on the trunk: pooling, dense layers, then the output over the classes (added by the engine). */
export const headSchema = z.strictObject({
  pooling: z.enum(['average', 'max', 'flatten']).default('average'),
  dense: z.array(denseLayerSchema).max(8).default([{ units: 1024, activation: 'relu', dropout: 0 }]),
  /** Dropout straight on the pooled features. */
  dropout: fraction.optional(),
  /** Of the output layer. */
  l2,
  initializer: initializerSchema.optional(),
})
export type HeadRecipe = z.infer<typeof headSchema>

const pair = z.union([z.number().int().min(1).max(64), z.tuple([z.number().int().min(1).max(64), z.number().int().min(1).max(64)])])
const padding = z.enum(['same', 'valid']).default('valid')

/** A layer of a network that a recipe spells out, with Keras's options and defaults. */
export const networkLayerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['convolution', 'separable-convolution']), filters: z.number().int().min(1).max(2048), kernel: pair.default(3), strides: pair.default(1), padding, dilation: pair.optional(), activation: hiddenActivation.default('relu'), l2, initializer: initializerSchema.optional() }),
  z.strictObject({ kind: z.literal('depthwise-convolution'), kernel: pair.default(3), strides: pair.default(1), padding, activation: hiddenActivation.default('linear') }),
  z.strictObject({ kind: z.enum(['max-pooling', 'average-pooling']), pool: pair.default(2), strides: pair.optional(), padding }),
  z.strictObject({ kind: z.enum(['global-average-pooling', 'global-max-pooling', 'flatten', 'batch-normalization']) }),
  z.strictObject({ kind: z.literal('activation'), activation: hiddenActivation }),
  z.strictObject({ kind: z.literal('dropout'), rate: fraction }),
  z.strictObject({ kind: z.literal('dense'), units: z.number().int().min(1).max(8192), activation: hiddenActivation.default('relu'), l2, initializer: initializerSchema.optional() }),
])
export type NetworkLayer = z.infer<typeof networkLayerSchema>

/** A convolutional network from scratch, layer by layer; the output over the classes is added by the engine. For the model `custom-cnn`. */
export const customNetworkSchema = z.array(networkLayerSchema).min(1).max(100)
