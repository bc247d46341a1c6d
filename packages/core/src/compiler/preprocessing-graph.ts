import { GraftError } from '@graft/contracts/errors'
import type { Preprocessing } from '@graft/contracts/model'
import type { Network } from '../network/description.ts'
import type { OnnxGraph } from './onnx-graph.ts'

/** `network channel c = (pixel channel source[c] - mean[c]) / scale[c]`, pixels 0 to 255 in RGB. */
export interface PixelTransform {
  readonly source: readonly [number, number, number]
  readonly mean: readonly [number, number, number]
  readonly scale: readonly [number, number, number]
}

/** Keras's `imagenet_utils.preprocess_input` by mode. */
const transforms: Readonly<Record<Preprocessing['mode'], PixelTransform>> = {
  none: { source: [0, 1, 2], mean: [0, 0, 0], scale: [1, 1, 1] },
  unit: { source: [0, 1, 2], mean: [0, 0, 0], scale: [255, 255, 255] },
  tf: { source: [0, 1, 2], mean: [127.5, 127.5, 127.5], scale: [127.5, 127.5, 127.5] },
  caffe: { source: [2, 1, 0], mean: [103.939, 116.779, 123.68], scale: [1, 1, 1] },
  torch: {
    source: [0, 1, 2],
    mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
    scale: [0.229 * 255, 0.224 * 255, 0.225 * 255],
  },
}

/** The transform of a preprocessing mode; throws `mismatch` where the network takes other images. */
export function pixelTransform(preprocessing: Preprocessing, network: Network): PixelTransform {
  const [input] = network.layers
  const expected = [...preprocessing.inputSize, 3]
  if (input?.kind !== 'input' || input.shape.join() !== expected.join()) {
    const found = input?.kind === 'input' ? input.shape.join(' x ') : 'no input layer'
    throw new GraftError('mismatch', `The preprocessing makes images of ${expected.join(' x ')}; ${network.name} takes ${found}.`, {
      hint: "Build the network with the preprocessing's input size.",
    })
  }
  return transforms[preprocessing.mode]
}

/** uint8 [N, H, W, 3] RGB to the network's input as float32 [N, 3, H, W]. */
export function normalisePixels(graph: OnnxGraph, pixels: string, transform: PixelTransform): string {
  const reordered = transform.source[0] === 0 ? pixels : graph.node('Gather', [pixels, graph.integers(transform.source)], { axis: 3 })
  const centred = centrePixels(graph, reordered, transform.mean)
  if (transform.scale.every((scale) => scale === 1)) return centred
  const inverse = Float32Array.from(transform.scale, (scale) => 1 / scale)
  return graph.node('Mul', [centred, graph.floats(inverse, [1, 3, 1, 1])])
}

/** uint8 [N, H, W, 3] to float32 [N, 3, H, W] less `mean` a channel. Bytes are moved before they become floats. */
export function centrePixels(graph: OnnxGraph, pixels: string, mean: readonly number[]): string {
  const channelsFirst = graph.node('Transpose', [pixels], { perm: [0, 3, 1, 2] })
  const floats = graph.node('Cast', [channelsFirst], { to: 1 })
  if (mean.every((value) => value === 0)) return floats
  return graph.node('Sub', [floats, graph.floats(Float32Array.from(mean), [1, 3, 1, 1])])
}
