import type { Pair } from '../../network/description.ts'
import type { BlockedImages } from './blocked-images.ts'

interface KernelShape {
  readonly kernel: Pair
  readonly channels: number
  readonly filters: number
}

/**
 * [filters, channels, rows, columns] as the convolution in blocks reads it: [filters / block, channels / block, taps, block of channels, block
 * of filters], filled up with zeros. With fewer channels than a block, for images that are in none: [filters / block, channels, taps, block].
 */
export function blockedKernel(images: BlockedImages, weight: string, { kernel, channels, filters }: KernelShape, ofPlainImage = false): string {
  const { graph } = images
  const taps = kernel[0] * kernel[1]
  const filledChannels = ofPlainImage ? channels : images.filled(channels)
  const byTap = ofPlainImage ? weight : images.fromImage(graph.node('Reshape', [weight, graph.integers([filters, channels, 1, taps])]), channels)
  // The filters go innermost in the same way: here they are the channels. onnxruntime's Transpose would take ten times as long.
  const asImage = graph.node('Reshape', [byTap, graph.integers([1, filters, 1, filledChannels * taps])])
  return graph.node('Reshape', [images.fromImage(asImage, filters), graph.integers([images.filled(filters), filledChannels, ...kernel])])
}

/** The kernel that takes a gradient back, also in blocks: channels and filters exchanged and the taps from last to first. `blocked`: what `blockedKernel` made. */
export function turnedBlockedKernel(images: BlockedImages, blocked: string, { kernel, channels, filters }: KernelShape): string {
  const { graph, block } = images
  const taps = kernel[0] * kernel[1]
  const [filterBlocks, channelBlocks] = [images.filled(filters) / block, images.filled(channels) / block]
  const inner = images.fromImage(graph.node('Reshape', [blocked, graph.integers([filterBlocks * channelBlocks * taps, block, 1, block])]), block)
  const split = graph.node('Reshape', [inner, graph.integers([filterBlocks, channelBlocks, taps, block * block])])
  const turned = taps === 1 ? split : graph.node('Gather', [split, graph.integers(Array.from({ length: taps }, (_, tap) => taps - 1 - tap))], { axis: 2 })
  const exchanged = graph.node('Transpose', [turned], { perm: [1, 0, 2, 3] })
  return graph.node('Reshape', [exchanged, graph.integers([channelBlocks * block, filterBlocks * block, ...kernel])])
}

/** [channels, 1, rows, columns] as the depthwise convolution in blocks reads it, [channels / block, taps, block]; `isTurned`: the taps from last to first. */
export function blockedDepthwiseKernel(images: BlockedImages, weight: string, kernel: Pair, channels: number, isTurned: boolean): string {
  const { graph } = images
  const taps = kernel[0] * kernel[1]
  const flat = graph.node('Reshape', [weight, graph.integers([1, channels, 1, taps])])
  const ordered = isTurned && taps > 1 ? graph.node('Gather', [flat, graph.integers(Array.from({ length: taps }, (_, tap) => taps - 1 - tap))], { axis: 3 }) : flat
  return graph.node('Reshape', [images.fromImage(ordered, channels), graph.integers([images.filled(channels), 1, ...kernel])])
}
