/**
 * The one description of a network from which everything follows: shapes, parameter counts, summary, weights by Keras
 * name, the ONNX forward and the ONNX training step. Semantics are Keras's, channels last (NHWC); the compiler turns them
 * into what onnxruntime likes.
 */

import type { Initializer } from '@graft/contracts/recipe/layers'

/** `relu6` is Keras's ReLU(max_value=6). */
export type Activation = 'linear' | 'relu' | 'relu6' | 'elu' | 'swish' | 'gelu' | 'sigmoid' | 'tanh' | 'softmax'
export type Padding = 'same' | 'valid'
/** Height, width. */
export type Pair = readonly [number, number]

interface LayerBase {
  /** Keras layer name: unique in the network. */
  readonly name: string
  /** Names of the layers it takes, in order. Empty for the input. */
  readonly inputs: readonly string[]
  /** False where Keras leaves the name to a counter (conv2d_7): weights are then matched by order and shape. Default true. */
  readonly nameFixed?: boolean
}
/** Layers with kernels. */
interface Multiplying {
  readonly activation: Activation
  readonly useBias: boolean
  /** Factor of the sum of squares of every kernel in the training loss (Keras: `kernel_regularizer=L2(l2)`). Absent: none. */
  readonly l2?: number
  /** How kernels begin. Absent: glorot-uniform, as in Keras. */
  readonly initializer?: Initializer
}
interface Convolutional extends Multiplying {
  readonly kernel: Pair
  readonly strides: Pair
  readonly padding: Padding
  readonly dilation: Pair
}

export type InputLayer = LayerBase & { readonly kind: 'input'; /** Height, width, channels of an image; or one number, the length of a feature vector (the input of a head). */ readonly shape: readonly number[] }
export type ConvolutionLayer = LayerBase & Convolutional & { readonly kind: 'convolution'; readonly filters: number }
export type DepthwiseConvolutionLayer = LayerBase & Convolutional & { readonly kind: 'depthwise-convolution'; readonly depthMultiplier: number }
export type SeparableConvolutionLayer = LayerBase & Convolutional & { readonly kind: 'separable-convolution'; readonly filters: number; readonly depthMultiplier: number }
export type BatchNormalizationLayer = LayerBase & {
  readonly kind: 'batch-normalization'
  readonly epsilon: number
  readonly momentum: number
  readonly scale: boolean
  readonly center: boolean
  /** In a head or a baseline: its statistics begin at 0 and 1 and move in training, also where pretrained layers keep theirs. */
  readonly isNew?: true
}
export type ActivationLayer = LayerBase & { readonly kind: 'activation'; readonly activation: Activation }
export type PoolingLayer = LayerBase & { readonly kind: 'max-pooling' | 'average-pooling'; readonly pool: Pair; readonly strides: Pair; readonly padding: Padding }
export type GlobalPoolingLayer = LayerBase & { readonly kind: 'global-average-pooling' | 'global-max-pooling'; readonly keepDimensions: boolean }
export type ZeroPaddingLayer = LayerBase & { readonly kind: 'zero-padding'; /** [top, bottom], [left, right] */ readonly padding: readonly [Pair, Pair] }
export type AddLayer = LayerBase & { readonly kind: 'add' }
export type ConcatenateLayer = LayerBase & { readonly kind: 'concatenate' }
export type FlattenLayer = LayerBase & { readonly kind: 'flatten' }
export type ReshapeLayer = LayerBase & { readonly kind: 'reshape'; readonly shape: readonly number[] }
export type DropoutLayer = LayerBase & { readonly kind: 'dropout'; readonly rate: number }
export type DenseLayer = LayerBase & Multiplying & { readonly kind: 'dense'; readonly units: number }

export type Layer =
  | InputLayer
  | ConvolutionLayer
  | DepthwiseConvolutionLayer
  | SeparableConvolutionLayer
  | BatchNormalizationLayer
  | ActivationLayer
  | PoolingLayer
  | GlobalPoolingLayer
  | ZeroPaddingLayer
  | AddLayer
  | ConcatenateLayer
  | FlattenLayer
  | ReshapeLayer
  | DropoutLayer
  | DenseLayer
export type LayerKind = Layer['kind']

/** Layers in topological order (Keras's order in `summary`); the first is the input; `output` names the layer whose output is the network's. */
export interface Network {
  /** Keras model name: `vgg16`. */
  readonly name: string
  readonly layers: readonly Layer[]
  readonly output: string
}

/** Dense tensor in row-major order, Keras layout: convolution kernels HWIO, depthwise kernels HWIM, dense kernels input x units. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** One weight of a layer, under its Keras name: kernel, bias, depthwise_kernel, pointwise_kernel, gamma, beta, moving_mean, moving_variance. */
export interface WeightSpecification {
  readonly name: string
  readonly shape: readonly number[]
  /** False for moving statistics. */
  readonly trainable: boolean
}

/** Weights by layer name, then by weight name. */
export type NetworkWeights = ReadonlyMap<string, Readonly<Record<string, Tensor>>>
