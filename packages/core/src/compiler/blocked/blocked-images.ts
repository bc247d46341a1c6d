import type { Pair } from '../../network/description.ts'
import { blockedOperators, type Attribute, type OnnxGraph } from '../onnx-graph.ts'
import type { Pads } from '../window-padding.ts'

/**
 * onnxruntime's own layout of images on the CPU, NCHWc: channels lie in blocks of a vector's length, [N, C / block, H, W, block], so that
 * one instruction works on a block of a pixel. The last block is filled up with zeros. Shapes are still written [N, C, H, W].
 */
export interface BlockedLayout {
  /** Channels of a block: 16 with AVX-512, 8 with AVX2. */
  readonly block: number
  /** Samples of the graph's batch: the layout's gradients want it fixed. */
  readonly samples: number
}

export interface BlockedConvolution {
  readonly kernel: Pair
  readonly strides?: Pair
  readonly dilation?: Pair
  readonly pads?: Pads
  readonly group?: number
  /** `unit`: cut off below zero and above one. */
  readonly activation?: FusedActivation | 'unit'
}

/** Activations that the convolution applies while it writes. */
export type FusedActivation = 'linear' | 'relu' | 'relu6'

/** Takes the smallest float32 above zero that is not denormal to one. */
const steepest = 2 ** 126

/** Operators on images in blocks, added to one graph. `channels` are always a layer's real ones. */
export class BlockedImages {
  readonly graph: OnnxGraph
  readonly block: number
  readonly samples: number

  constructor(graph: OnnxGraph, layout: BlockedLayout) {
    this.graph = graph
    this.block = layout.block
    this.samples = layout.samples
  }

  /** Channels with those that fill up the last block. */
  filled(channels: number): number {
    return Math.ceil(channels / this.block) * this.block
  }

  /** [N, C, H, W] into blocks. */
  fromImage(value: string, channels: number): string {
    return this.node('ReorderInput', [this.withChannelsByFour(value, channels)])
  }

  /** Out of blocks to [N, C, H, W]. */
  toImage(value: string, channels: number): string {
    return this.node('ReorderOutput', [value], { channels })
  }

  /** Out of blocks to [N, H, W, C]. */
  toChannelsLast(value: string, channels: number): string {
    return this.node('ReorderOutput', [value], { channels, channels_last: 1 })
  }

  /** [N, H, W, C], channels a multiple of four, into blocks. */
  fromChannelsLast(value: string): string {
    return this.node('ReorderInput', [value], { channels_last: 1 })
  }

  /** onnxruntime reorders channels by fours. */
  private withChannelsByFour(value: string, channels: number): string {
    const missing = (4 - (channels % 4)) % 4
    return missing === 0 ? value : this.graph.node('Pad', [value, this.graph.integers([0, 0, 0, 0, 0, missing, 0, 0])])
  }

  /** `input`: in blocks, or [N, C, H, W] with fewer channels than a block; `kernel` as `blocked-kernel.ts` makes it; `sum`: a value of the output's shape that is added before the activation. */
  convolution(input: string, kernel: string, { bias = '', sum = '' }: { bias?: string; sum?: string }, o: BlockedConvolution): string {
    const { activation = 'linear' } = o
    const attributes: Record<string, Attribute> = { kernel_shape: o.kernel, strides: o.strides ?? [1, 1], dilations: o.dilation ?? [1, 1], pads: o.pads ?? [0, 0, 0, 0], group: o.group ?? 1 }
    if (activation === 'relu') attributes['activation'] = 'Relu'
    if (activation === 'relu6' || activation === 'unit') Object.assign(attributes, { activation: 'Clip', activation_params: { floats: [0, activation === 'unit' ? 1 : 6] } })
    return this.node('Conv', sum !== '' ? [input, kernel, bias, sum] : bias !== '' ? [input, kernel, bias] : [input, kernel], attributes)
  }

  /** activation(scale x + shift + sum) for each channel, in one pass: a convolution of single pixels and channels. `scale`, `shift`: [filled channels]. */
  affine(value: string, channels: number, { scale, shift = '', sum = '', activation = 'linear' }: { scale: string; shift?: string; sum?: string; activation?: BlockedConvolution['activation'] }): string {
    const filled = this.filled(channels)
    const kernel = this.graph.node('Reshape', [scale, this.graph.integers([filled, 1, 1, 1])])
    return this.convolution(value, kernel, { bias: shift, sum }, { kernel: [1, 1], group: filled, activation })
  }

  /** One where a value is above zero, else zero; in one pass, where a comparison and a cast are two. */
  isPositive(value: string, channels: number): string {
    return this.affine(value, channels, { scale: this.graph.floats(new Float32Array(this.filled(channels)).fill(steepest), [this.filled(channels)]), activation: 'unit' })
  }

  /** The sum over samples and pixels: [filled channels]. `shape`: Keras's, of a sample. */
  sum(value: string, shape: readonly number[]): string {
    const [height, width, channels] = shape as readonly [number, number, number]
    const rows = this.graph.node('Reshape', [value, this.graph.integers([-1, width, this.block])])
    return this.overRows(this.graph.node('ReduceSum', [rows, this.graph.integers([1])], { keepdims: 0 }), height, channels)
  }

  /**
   * The sum over samples and pixels of the product of two images: [filled channels]. A convolution of each row with the other image's row as
   * its kernel: both are read once and no product is written. Row by row, because one long sum of float32 would lose digits.
   */
  sumOfProducts(a: string, b: string, shape: readonly number[]): string {
    const [height, width, channels] = shape as readonly [number, number, number]
    const rows = this.samples * this.filled(channels) * height
    const products = this.convolution(this.graph.node('Reshape', [a, this.graph.integers([1, rows, 1, width])]), this.graph.node('Reshape', [b, this.graph.integers([rows, 1, 1, width])]), {}, { kernel: [1, width], group: rows })
    return this.overRows(products, height, channels)
  }

  /** [rows of all samples' blocks, block] summed to [filled channels]. */
  private overRows(values: string, height: number, channels: number): string {
    const { graph, block } = this
    const blocks = this.filled(channels) / block
    const byRow = graph.node('Reshape', [values, graph.integers([this.samples * blocks, height, block])])
    const bySample = graph.node('Reshape', [graph.node('ReduceSum', [byRow, graph.integers([1])], { keepdims: 0 }), graph.integers([this.samples, blocks * block])])
    return graph.node('ReduceSum', [bySample, graph.integers([0])], { keepdims: 0 })
  }

  /** A vector [channels] filled up with zeros. */
  fill(vector: string, channels: number): string {
    const missing = this.filled(channels) - channels
    return missing === 0 ? vector : this.graph.node('Pad', [vector, this.graph.integers([0, missing])])
  }

  /** The first `channels` of a vector [filled channels]. */
  cut(vector: string, channels: number): string {
    return this.filled(channels) === channels ? vector : this.graph.node('Slice', [vector, this.graph.integers([0]), this.graph.integers([channels]), this.graph.integers([0])])
  }

  node(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.graph.node(operator, inputs, attributes, { domain: blockedOperators })
  }
}
