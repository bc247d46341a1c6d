import { zerosAfter } from '../backward/zeros-after.ts'
import type { Convolution } from '../backward/window-taps.ts'
import { BlockedImages, type BlockedLayout, type FusedActivation } from './blocked-images.ts'

/**
 * Convolutions of 3x3 kernels without stride by Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2016, arXiv 1509.09308): tiles of 6x6 pixels that
 * overlap by two become 36 positions, at each of which the channels meet the filters in one product. A quarter of the multiplications, for passes over
 * images of 2.25 times the size.
 */
const size = 4
const reach = size + 2
const positions = reach * reach

/** B': pixels of a tile to positions, along one axis. */
const fromPixels = [
  [4, 0, -5, 0, 1, 0],
  [0, -4, -4, 1, 1, 0],
  [0, 4, -4, -1, 1, 0],
  [0, -2, -1, 2, 1, 0],
  [0, 2, -1, -2, 1, 0],
  [0, 4, 0, -5, 0, 1],
] as const
/** G: taps to positions. */
const fromTaps = [
  [1 / 4, 0, 0],
  [-1 / 6, -1 / 6, -1 / 6],
  [-1 / 6, 1 / 6, -1 / 6],
  [1 / 24, 1 / 12, 1 / 6],
  [1 / 24, -1 / 12, 1 / 6],
  [0, 0, 1],
] as const
/** A': positions to pixels of the output. */
const toPixels = [
  [1, 1, 1, 1, 1, 0],
  [0, 1, -1, 2, -2, 0],
  [0, 1, 1, 4, 4, 0],
  [0, 1, -1, 8, -8, 1],
] as const
/** The position that goes once into every pixel of its tile, where a bias is added. */
const everyPixel = reach + 1
/** Bytes of all positions of the samples that are taken at once. */
const largestPart = 64e6

/**
 * Whether a convolution is faster this way: enough channels and filters for the multiplications that are saved to outweigh the passes, enough pixels for
 * the kernel's own way to the positions, and images that do not leave the cache. Measured; see docs/engine.md.
 */
export function suitsWinograd({ block, samples }: BlockedLayout, { kernel, strides, dilation, channels, filters, to }: Pick<Convolution, 'kernel' | 'strides' | 'dilation' | 'channels' | 'filters' | 'to'>): boolean {
  const isPlain = kernel.every((length) => length === 3) && [...strides, ...dilation].every((length) => length === 1)
  const isInBlocks = channels % block === 0 && filters % block === 0
  const pixels = to[0]! * to[1]!
  return isPlain && isInBlocks && (channels * filters) / (channels + filters) >= 64 && samples * pixels >= 1024 && pixels <= 4096
}

/**
 * The convolution; `kernel` as `winogradKernel` makes it. Its gradient by the input is another one, with `turnedWinogradKernel`. `after`: values before which
 * it must not begin, because it would keep its own in memory meanwhile.
 */
export function winogradConvolution(images: BlockedImages, input: string, kernel: string, { bias = '', activation = 'linear', after = [] }: { bias?: string; activation?: FusedActivation; after?: readonly string[] }, convolution: Convolution): string {
  const { graph, block } = images
  const { to } = convolution
  const filters = images.filled(convolution.filters)
  const [rows, columns] = tilesOf(to)
  const biases = bias === '' ? '' : graph.node('Pad', [bias, graph.integers([everyPixel * filters, (positions - everyPixel - 1) * filters])])
  const parts = inParts(images, convolution).map(({ part, of }) => {
    const { samples } = part
    const filtered = part.convolution(tilesInPositions(part, of(input), convolution, after), kernel, { bias: biases }, { kernel: [1, 1], group: positions })
    const byPosition = graph.node('Reshape', [filtered, graph.integers([samples, positions, filters * rows * columns])])
    const pixels = graph.node('MatMul', [graph.floats(alongBothAxes(toPixels), [size * size, positions]), byPosition])
    const activated = activation === 'relu' ? graph.node('Relu', [pixels]) : activation === 'relu6' ? graph.node('Clip', [pixels, graph.scalar(0), graph.scalar(6)]) : pixels
    const apart = graph.node('Reshape', [activated, graph.integers([samples, size, size, filters / block, rows, columns, block])])
    const joined = graph.node('Transpose', [apart], { perm: [0, 3, 4, 1, 5, 2, 6] })
    const planes = graph.node('Reshape', [joined, graph.integers([samples * filters / block, rows * size, columns * size, block])])
    const isWhole = rows * size === to[0] && columns * size === to[1]
    const cut = isWhole ? planes : graph.node('Slice', [planes, graph.integers([0, 0]), graph.integers([to[0]!, to[1]!]), graph.integers([1, 2])])
    return graph.node('Reshape', [cut, graph.integers([samples, filters, to[0]!, to[1]!])])
  })
  return parts.length === 1 ? parts[0]! : graph.node('Concat', parts, { axis: 0 })
}

/** [filters, channels, 3, 3] as [positions x filters, channels, 1, 1] in blocks; four times as large, so it is not made before the values `after` are there. */
export function winogradKernel(images: BlockedImages, weight: string, { channels, filters }: Convolution, after: readonly string[]): string {
  const { graph } = images
  const byPosition = graph.node('Reshape', [positionsOfKernel(images, weight, fromTaps, after), graph.integers([positions, filters, 1, channels])])
  return graph.node('Reshape', [images.fromImage(byPosition, filters), graph.integers([positions * images.filled(filters), channels, 1, 1])])
}

/** The kernel that takes a gradient back, also of [filters, channels, 3, 3]: as [positions x channels, filters, 1, 1] in blocks, its taps from last to first. */
export function turnedWinogradKernel(images: BlockedImages, weight: string, { channels, filters }: Convolution, after: readonly string[]): string {
  const { graph } = images
  const byPosition = positionsOfKernel(images, weight, fromTaps.map((row) => row.toReversed()), after)
  const turned = images.fromChannelsLast(graph.node('Reshape', [byPosition, graph.integers([positions, 1, filters, channels])]))
  return graph.node('Reshape', [turned, graph.integers([positions * images.filled(channels), filters, 1, 1])])
}

/**
 * Gradient by the kernel, [filters, channels, 3, 3]: at each position the product of the gradient by the output with the input over all tiles, itself a convolution in blocks
 * whose channels are the tiles.
 */
export function winogradKernelGradient(images: BlockedImages, input: string, gradient: string, convolution: Convolution): string {
  const { graph } = images
  const { to, channels, filters } = convolution
  const filled = images.filled(filters)
  const [rows, columns] = tilesOf(to)
  const parts = inParts(images, convolution).map(({ part, of }) => {
    const { samples } = part
    const tiles = samples * rows * columns
    const depth = images.filled(tiles)
    const inPositions = graph.node('Reshape', [tilesInPositions(part, of(input), convolution), graph.integers([samples * positions, images.filled(channels), rows, columns])])
    const bySample = graph.node('Reshape', [images.toChannelsLast(inPositions, channels), graph.integers([samples, positions, rows * columns * channels])])
    const byTile = graph.node('Reshape', [graph.node('Transpose', [bySample], { perm: [1, 0, 2] }), graph.integers([positions, tiles, 1, channels])])
    const image = graph.node('Reshape', [images.fromImage(byTile, tiles), graph.integers([1, positions * depth, 1, channels])])
    // Written after what is made of the input: onnxruntime computes what was written later first.
    const factor = graph.node('Reshape', [gradientInPositions(part, of(gradient), convolution), graph.integers([positions * filled, depth, 1, 1])])
    return images.convolution(image, factor, {}, { kernel: [1, 1], group: positions })
  })
  const sum = parts.slice(1).reduce((sofar, part) => graph.node('Add', [sofar, part]), parts[0]!)
  const byPosition = images.toImage(graph.node('Reshape', [sum, graph.integers([positions, filled, 1, channels])]), filters)
  const flat = graph.node('Reshape', [byPosition, graph.integers([positions, filters * channels])])
  const taps = graph.node('FusedMatMul', [flat, graph.floats(alongBothAxes(fromTaps), [positions, 9])], { transA: 1 }, { domain: 'com.microsoft' })
  return graph.node('Reshape', [taps, graph.integers([filters, channels, 3, 3])])
}

/** [positions, filters / block, tiles, block]: A of the gradient's tiles, with zeros for the tiles that fill up the last block of them. */
function gradientInPositions(images: BlockedImages, gradient: string, { to, filters }: Convolution): string {
  const { graph, block, samples } = images
  const [rows, columns] = tilesOf(to)
  const blocks = images.filled(filters) / block
  const isWhole = rows * size === to[0] && columns * size === to[1]
  const planes = graph.node('Reshape', [gradient, graph.integers([samples * blocks, to[0]!, to[1]!, block])])
  const filled = isWhole ? planes : graph.node('Pad', [planes, graph.integers([0, 0, 0, 0, 0, rows * size - to[0]!, columns * size - to[1]!, 0])])
  const apart = graph.node('Reshape', [filled, graph.integers([samples, blocks, rows, size, columns, size, block])])
  const tiles = samples * rows * columns
  const byPixel = graph.node('Reshape', [graph.node('Transpose', [apart], { perm: [3, 5, 1, 0, 2, 4, 6] }), graph.integers([size * size, blocks, tiles * block])])
  const missing = (images.filled(tiles) - tiles) * block
  const whole = missing === 0 ? byPixel : graph.node('Pad', [byPixel, graph.integers([0, 0, 0, 0, 0, missing])])
  const flat = graph.node('Reshape', [whole, graph.integers([size * size, blocks * images.filled(tiles) * block])])
  return graph.node('FusedMatMul', [graph.floats(alongBothAxes(toPixels), [size * size, positions]), flat], { transA: 1 }, { domain: 'com.microsoft' })
}

/** [N, positions x channels, rows of tiles, columns of tiles], along one axis after the other by convolutions of single channels. */
function tilesInPositions(images: BlockedImages, input: string, { pads, from, to, channels }: Convolution, after: readonly string[] = []): string {
  const { graph } = images
  const group = images.filled(channels)
  const zero = after.length === 0 ? null : zerosAfter(graph, after, 1)
  const [down, right] = ([0, 1] as const).map((axis) => fromPixels.map((row) => {
    const along = alongAxis(row, { pad: pads[axis], from: from[axis]!, to: to[axis]! })
    const length = along.factors.length
    const factors = ofAllChannels(images, along.factors, group)
    const ordered = zero === null || axis === 1 ? factors : graph.node('Add', [factors, zero])
    return { ...along, length, kernel: graph.node('Reshape', [ordered, graph.integers([group, 1, ...(axis === 0 ? [length, 1] : [1, length])])]) }
  }))
  const parts = down!.flatMap((v) => {
    const part = images.convolution(input, v.kernel, {}, { kernel: [v.length, 1], strides: [size, 1], dilation: [v.dilation, 1], pads: [v.before, 0, v.after, 0], group })
    return right!.map((h) => images.convolution(part, h.kernel, {}, { kernel: [1, h.length], strides: [1, size], dilation: [1, h.dilation], pads: [0, h.before, 0, h.after], group }))
  })
  return graph.node('Concat', parts, { axis: 1 })
}

/** The same factors for each channel, [channels / block, factors x block]. */
function ofAllChannels({ graph, block }: BlockedImages, factors: readonly number[], channels: number): string {
  const ofBlock = Float32Array.from(factors.flatMap((factor) => Array.from({ length: block }, () => factor)))
  return graph.node('Expand', [graph.floats(ofBlock, [1, ofBlock.length]), graph.integers([channels / block, 1])])
}

/** The convolution that takes a convolution's gradient back to its input. */
export function takenBackBy({ pads, from, to, channels, filters, ...rest }: Convolution): Convolution {
  const [top, left, bottom, right] = pads
  return { ...rest, pads: [2 - top, 2 - left, 2 - bottom, 2 - right], from: to, to: from, channels: filters, filters: channels }
}

/** A row of B' as the taps of a convolution with the tile's stride, from its first factor that is not zero to its last. */
function alongAxis(row: readonly number[], { pad, from, to }: { pad: number; from: number; to: number }): { factors: number[]; dilation: number; before: number; after: number } {
  const places = row.flatMap((factor, place) => (factor === 0 ? [] : [place]))
  const [first, last] = [places[0]!, places.at(-1)!]
  // Without padding a tap begins where the image does.
  const start = Math.min(first, pad)
  const dilation = start === first && places.every((place) => (place - first) % 2 === 0) ? 2 : 1
  const factors = Array.from({ length: (last - start) / dilation + 1 }, (_, index) => row[start + index * dilation]!)
  return { factors, dilation, before: pad - start, after: Math.max(0, size * (Math.ceil(to / size) - 1) + last + 1 - pad - from) }
}

/** [positions, filters x channels]. */
function positionsOfKernel({ graph }: BlockedImages, weight: string, factors: readonly (readonly number[])[], after: readonly string[]): string {
  const taps = graph.node('Reshape', [weight, graph.integers([-1, 9])])
  const factor = graph.node('Add', [graph.floats(alongBothAxes(factors), [positions, 9]), zerosAfter(graph, after, 1)])
  return graph.node('FusedMatMul', [factor, taps], { transB: 1 }, { domain: 'com.microsoft' })
}

/** Samples in parts, so that the images in positions stay small. */
function inParts(images: BlockedImages, { to, channels, filters }: Convolution): { part: BlockedImages; of(value: string): string }[] {
  const { graph, samples } = images
  const [rows, columns] = tilesOf(to)
  const bytes = 4 * samples * positions * rows * columns * Math.max(channels, filters)
  const length = Math.ceil(samples / Math.ceil(bytes / largestPart))
  return Array.from({ length: Math.ceil(samples / length) }, (_, index) => {
    const [start, end] = [index * length, Math.min(samples, (index + 1) * length)]
    return {
      part: new BlockedImages(graph, { block: images.block, samples: end - start }),
      of: (value) => (length === samples ? value : graph.node('Slice', [value, graph.integers([start]), graph.integers([end]), graph.integers([0])])),
    }
  })
}

function tilesOf(to: readonly number[]): [number, number] {
  return [Math.ceil(to[0]! / size), Math.ceil(to[1]! / size)]
}

/** Factors of both axes together, row by row: [rows x rows, columns x columns]. */
function alongBothAxes(factors: readonly (readonly number[])[]): Float32Array {
  return Float32Array.from(factors.flatMap((first) => factors.flatMap((second) => first.flatMap((a) => second.map((b) => a * b)))))
}
