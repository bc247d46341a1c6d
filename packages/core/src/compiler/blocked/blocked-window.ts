import type { Layer } from '../../network/description.ts'
import { inputShape, type LayerOf } from '../layer-operations.ts'
import { addPads, windowPads } from '../window-padding.ts'
import type { SlidingWindow } from '../backward/window-taps.ts'
import type { BlockedContext } from './blocked-context.ts'

export type BlockedWindowLayer = LayerOf<'convolution'> | LayerOf<'depthwise-convolution'> | LayerOf<'separable-convolution'>

/** What a convolution in blocks slides over: a zero-padding layer before it that nothing else takes is part of its pads. */
export function blockedWindow(layer: BlockedWindowLayer, context: BlockedContext): { source: string; window: SlidingWindow } {
  const [input] = layer.inputs as readonly [string]
  const before = context.layers.get(input)!
  const merged = before.kind === 'zero-padding' && mergesInto(before, layer, context) ? before : null
  const from = inputShape(merged ?? layer, context)
  const own = windowPads(inputShape(layer, context), { ...layer, size: layer.kernel })
  const pads = merged === null ? own : addPads(own, [merged.padding[0][0], merged.padding[1][0], merged.padding[0][1], merged.padding[1][1]])
  const to = context.shapes.get(layer.name)!
  return { source: merged === null ? input : merged.inputs[0]!, window: { kernel: layer.kernel, strides: layer.strides, dilation: layer.dilation, pads, from, to } }
}

/** Whether a zero-padding layer lies before one convolution in blocks alone, whose gradient can leave it out: no pad wider than the kernel's reach. */
export function isMergedPadding(layer: LayerOf<'zero-padding'>, context: BlockedContext): boolean {
  const takers = context.network.layers.filter(({ inputs }) => inputs.includes(layer.name))
  return takers.length === 1 && isWindow(takers[0]!) && mergesInto(layer, takers[0], context)
}

function mergesInto(padding: LayerOf<'zero-padding'>, layer: BlockedWindowLayer, context: BlockedContext): boolean {
  if (!context.isOnlyTakenBy(padding.name, layer) || !context.computesInBlocks(layer.name)) return false
  const own = windowPads(context.shapes.get(padding.name)!, { ...layer, size: layer.kernel })
  const [[top, bottom], [left, right]] = padding.padding
  return addPads(own, [top, left, bottom, right]).every((pad, side) => pad <= layer.dilation[side % 2]! * (layer.kernel[side % 2]! - 1))
}

function isWindow(layer: Layer): layer is BlockedWindowLayer {
  return layer.kind === 'convolution' || layer.kind === 'depthwise-convolution' || layer.kind === 'separable-convolution'
}
