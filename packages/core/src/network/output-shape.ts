import { GraftError } from '@graft/contracts/errors'
import type { Layer, Padding, Pair } from './description.ts'

/** Length of one axis after a window of `size` slides over it, as Keras counts: `same` pads to ceil(length / stride). */
export function slidLength(length: number, size: number, stride: number, padding: Padding, dilation = 1): number {
  if (padding === 'same') return Math.ceil(length / stride)
  const reach = dilation * (size - 1) + 1
  return Math.floor((length - reach) / stride) + 1
}

/** Shape of a layer's output per sample (no batch axis), from the shapes of its inputs. Throws `mismatch` where they do not fit. */
export function outputShape(layer: Layer, inputs: readonly (readonly number[])[]): number[] {
  const [first] = inputs
  if (layer.kind === 'input') return [...layer.shape]
  if (first === undefined) throw new GraftError('mismatch', `Layer ${layer.name} has no input.`)
  switch (layer.kind) {
    case 'convolution':
    case 'separable-convolution':
      return slid(layer.name, first, layer.kernel, layer, layer.filters)
    case 'depthwise-convolution':
      return slid(layer.name, first, layer.kernel, layer, (first[2] ?? 0) * layer.depthMultiplier)
    case 'max-pooling':
    case 'average-pooling':
      return slid(layer.name, first, layer.pool, { ...layer, dilation: [1, 1] }, first[2] ?? 0)
    case 'batch-normalization':
    case 'activation':
    case 'dropout':
      return [...first]
    case 'global-average-pooling':
    case 'global-max-pooling':
      return layer.keepDimensions ? [1, 1, image(layer.name, first)[2]] : [image(layer.name, first)[2]]
    case 'zero-padding': {
      const [height, width, channels] = image(layer.name, first)
      const [[top, bottom], [left, right]] = layer.padding
      return [height + top + bottom, width + left + right, channels]
    }
    case 'add':
      return added(layer.name, inputs)
    case 'concatenate':
      return concatenated(layer.name, inputs)
    case 'flatten':
      return [elementCount(first)]
    case 'reshape':
      if (elementCount(layer.shape) !== elementCount(first)) throw new GraftError('mismatch', `Layer ${layer.name} cannot reshape ${show(first)} to ${show(layer.shape)}.`)
      return [...layer.shape]
    case 'dense':
      return [...first.slice(0, -1), layer.units]
  }
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

/** `(3, 3, 64)`. */
export function show(shape: readonly number[]): string {
  return `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`
}

function image(name: string, shape: readonly number[]): readonly [number, number, number] {
  const [height, width, channels] = shape
  if (shape.length !== 3 || height === undefined || width === undefined || channels === undefined) {
    throw new GraftError('mismatch', `Layer ${name} takes height, width and channels; it is given ${show(shape)}.`)
  }
  return [height, width, channels]
}

function slid(name: string, input: readonly number[], size: Pair, window: { strides: Pair; padding: Padding; dilation: Pair }, channels: number): number[] {
  const [height, width] = image(name, input)
  const rows = slidLength(height, size[0], window.strides[0], window.padding, window.dilation[0])
  const columns = slidLength(width, size[1], window.strides[1], window.padding, window.dilation[1])
  if (rows < 1 || columns < 1) {
    throw new GraftError('invalid_input', `The image is too small: layer ${name} is given ${show(input)} and would put out nothing.`, {
      hint: 'Choose a larger input size.',
      field: 'inputSize',
    })
  }
  return [rows, columns, channels]
}

function added(name: string, inputs: readonly (readonly number[])[]): number[] {
  const [first = [], ...others] = inputs
  for (const other of others) {
    if (show(other) !== show(first)) throw new GraftError('mismatch', `Layer ${name} adds ${show(first)} and ${show(other)}.`)
  }
  return [...first]
}

function concatenated(name: string, inputs: readonly (readonly number[])[]): number[] {
  const [first = []] = inputs
  const leading = first.slice(0, -1)
  let last = 0
  for (const input of inputs) {
    if (show(input.slice(0, -1)) !== show(leading)) throw new GraftError('mismatch', `Layer ${name} joins ${show(first)} and ${show(input)}.`)
    last += input.at(-1) ?? 0
  }
  return [...leading, last]
}
