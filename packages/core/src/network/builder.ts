import type { Activation, ConvolutionLayer, Layer, Network, Padding, Pair, PoolingLayer } from './description.ts'
import { kerasClassName } from './keras-class-name.ts'
import { kerasOrder } from './order.ts'
import { outputShape } from './output-shape.ts'
import { snakeCase } from './snake-case.ts'

type Square = number | Pair
export interface Named { readonly name?: string }
interface Windowed extends Named { readonly strides?: Square; readonly padding?: Padding }
type Multiplying = Pick<ConvolutionLayer, 'useBias' | 'activation' | 'l2' | 'initializer'>
export type KernelOptions = Partial<Multiplying>
interface ConvolutionOptions extends Windowed, KernelOptions { readonly dilation?: Square; readonly depthMultiplier?: number }
interface BatchNormalizationOptions extends Named { readonly epsilon?: number; readonly momentum?: number; readonly scale?: boolean; readonly isNew?: true }
/** A layer without its name and inputs. */
type Settings<Any extends Layer = Layer> = Any extends Layer ? Omit<Any, 'name' | 'inputs' | 'nameFixed'> : never

/**
 * Adds layers one after the other, as Keras's functional style does; every method takes the names of its inputs and returns the
 * new layer's name. Defaults are Keras's. A layer without a name gets Keras's counted one (`conv2d_3`) and counts as not
 * fixed: weights are then matched by order.
 */
export class NetworkBuilder {
  private readonly layers: Layer[] = []
  private readonly shapes = new Map<string, number[]>()
  private readonly counts = new Map<string, number>()

  input(shape: readonly number[]): string {
    return this.add({ kind: 'input', shape }, [], undefined)
  }
  convolution(input: string, filters: number, kernel: Square, options: ConvolutionOptions = {}): string {
    return this.add({ kind: 'convolution', filters, ...convolutional(kernel, options) }, [input], options.name)
  }
  depthwiseConvolution(input: string, kernel: Square, options: ConvolutionOptions = {}): string {
    return this.add({ kind: 'depthwise-convolution', depthMultiplier: options.depthMultiplier ?? 1, ...convolutional(kernel, options) }, [input], options.name)
  }
  separableConvolution(input: string, filters: number, kernel: Square, options: ConvolutionOptions = {}): string {
    return this.add({ kind: 'separable-convolution', filters, depthMultiplier: options.depthMultiplier ?? 1, ...convolutional(kernel, options) }, [input], options.name)
  }
  batchNormalization(input: string, options: BatchNormalizationOptions = {}): string {
    const { epsilon = 1e-3, momentum = 0.99, scale = true, isNew } = options
    return this.add({ kind: 'batch-normalization', epsilon, momentum, scale, center: true, ...(isNew && { isNew }) }, [input], options.name)
  }
  activation(input: string, activation: Activation, options: Named = {}): string {
    return this.add({ kind: 'activation', activation }, [input], options.name)
  }
  maxPooling(input: string, pool: Square, options: Windowed = {}): string {
    return this.add({ kind: 'max-pooling', ...pooled(pool, options) }, [input], options.name)
  }
  averagePooling(input: string, pool: Square, options: Windowed = {}): string {
    return this.add({ kind: 'average-pooling', ...pooled(pool, options) }, [input], options.name)
  }
  globalAveragePooling(input: string, options: Named & { readonly keepDimensions?: boolean } = {}): string {
    return this.add({ kind: 'global-average-pooling', keepDimensions: options.keepDimensions ?? false }, [input], options.name)
  }
  globalMaxPooling(input: string, options: Named & { readonly keepDimensions?: boolean } = {}): string {
    return this.add({ kind: 'global-max-pooling', keepDimensions: options.keepDimensions ?? false }, [input], options.name)
  }
  zeroPadding(input: string, padding: readonly [Pair, Pair], options: Named = {}): string {
    return this.add({ kind: 'zero-padding', padding }, [input], options.name)
  }
  sum(inputs: readonly string[], options: Named = {}): string {
    return this.add({ kind: 'add' }, inputs, options.name)
  }
  concatenate(inputs: readonly string[], options: Named = {}): string {
    return this.add({ kind: 'concatenate' }, inputs, options.name)
  }
  flatten(input: string, options: Named = {}): string {
    return this.add({ kind: 'flatten' }, [input], options.name)
  }
  reshape(input: string, shape: readonly number[], options: Named = {}): string {
    return this.add({ kind: 'reshape', shape }, [input], options.name)
  }
  dropout(input: string, rate: number, options: Named = {}): string {
    return this.add({ kind: 'dropout', rate }, [input], options.name)
  }
  dense(input: string, units: number, options: Named & KernelOptions = {}): string {
    return this.add({ kind: 'dense', units, ...multiplying(options) }, [input], options.name)
  }

  /** Output shape per sample of a layer that was added. */
  shapeOf(name: string): readonly number[] {
    return this.shapes.get(name) ?? []
  }

  /** The network that ends in `output`, its layers in Keras's order. */
  finish(name: string, output: string): Network {
    return { name, layers: kerasOrder(this.layers, output), output }
  }

  private add(settings: Settings, inputs: readonly string[], name: string | undefined): string {
    const unnamed: Layer = { ...settings, name: '', inputs }
    const layer: Layer = name === undefined ? { ...unnamed, name: this.countedName(unnamed), nameFixed: false } : { ...unnamed, name }
    this.shapes.set(layer.name, outputShape(layer, inputs.map((input) => this.shapeOf(input))))
    this.layers.push(layer)
    return layer.name
  }

  private countedName(layer: Layer): string {
    const stem = snakeCase(kerasClassName(layer))
    const count = this.counts.get(stem) ?? 0
    this.counts.set(stem, count + 1)
    return count === 0 ? stem : `${stem}_${count}`
  }
}

function pair(square: Square): Pair {
  return typeof square === 'number' ? [square, square] : square
}

/** What is absent stays absent, so that equal networks have equal JSON. */
function multiplying({ useBias = true, activation = 'linear', l2, initializer }: KernelOptions): Multiplying {
  return { useBias, activation, ...(l2 !== undefined && { l2 }), ...(initializer !== undefined && { initializer }) }
}

function convolutional(kernel: Square, options: ConvolutionOptions): Multiplying & Pick<ConvolutionLayer, 'kernel' | 'strides' | 'padding' | 'dilation'> {
  return { kernel: pair(kernel), strides: pair(options.strides ?? 1), padding: options.padding ?? 'valid', dilation: pair(options.dilation ?? 1), ...multiplying(options) }
}

/** Keras's default stride of a pooling is the pool itself. */
function pooled(pool: Square, options: Windowed): Pick<PoolingLayer, 'pool' | 'strides' | 'padding'> {
  return { pool: pair(pool), strides: pair(options.strides ?? pool), padding: options.padding ?? 'valid' }
}
