import { suitsWinograd } from '../compiler/blocked/winograd.ts'
import type { Layer, Network } from '../network/description.ts'
import { elementCount } from '../network/output-shape.ts'
import { layerShapes } from '../network/shapes.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'

const floatBytes = 4

/** Bytes that training a network takes, apart from the samples and the process itself. */
export interface StepMemory {
  /** Weights, slots and gradients with their copies, whatever the batch. */
  readonly fixed: number
  /** Activations, their gradients and scratch for each sample that is computed at once. */
  readonly perSample: number
}

/**
 * Estimates the memory of a training step from shapes: what the forward keeps for the gradients, and at the layer where most is
 * alive the gradients and the copies that its formulas make. `frozen` layers keep nothing but what later layers need.
 *
 * @param slots tensors of a weight's size that the optimizer keeps.
 */
export function stepMemory(network: Network, frozen: ReadonlySet<string>, slots: number): StepMemory {
  const weights = weightSpecifications(network)
  let trained = 0
  let still = 0
  for (const [layer, specifications] of weights) {
    const bytes = specifications.reduce((sum, { shape }) => sum + floatBytes * elementCount(shape), 0)
    if (frozen.has(layer)) still += bytes
    else trained += bytes
  }
  return { fixed: trained * (weightCopies + slots * slotCopies) + still * frozenCopies, perSample: activations(network, frozen, new Set(weights.keys())) }
}

/** A trained weight lies in the best epoch's weights, in the state before and after a run, in the Loop's state before and after a step, and has a gradient. */
const weightCopies = 6
const slotCopies = 4
/** A frozen weight lies in the file's copy and in the graph. */
const frozenCopies = 2

function activations(network: Network, frozen: ReadonlySet<string>, weighted: ReadonlySet<string>): number {
  const shapes = layerShapes(network)
  const bytes = (name: string): number => floatBytes * elementCount(shapes.get(name)!)
  const differentiated = new Set<string>()
  for (const layer of network.layers) {
    if ((weighted.has(layer.name) && !frozen.has(layer.name)) || layer.inputs.some((input) => differentiated.has(input))) differentiated.add(layer.name)
  }
  // What the gradients read again: outputs of layers that are differentiated, and the inputs of those.
  const needed = new Set(network.layers.filter(({ name }) => differentiated.has(name)).flatMap((layer) => [layer.name, ...layer.inputs]))
  // Images in Winograd's positions come and go between what is kept; onnxruntime's arena does not close the gaps.
  let alive = network.layers.reduce((sum, layer) => sum + (differentiated.has(layer.name) && goesByWinograd(layer, shapes) ? 2.25 * (bytes(layer.inputs[0]!) + bytes(layer.name)) : 0), 0)
  let peak = 0
  for (const layer of network.layers) {
    const own = keptBytes(layer, bytes, shapes)
    const input = layer.inputs.reduce((sum, name) => sum + bytes(name), 0)
    if (needed.has(layer.name)) alive += own
    const passing = needed.has(layer.name) ? 0 : own + input
    const backward = differentiated.has(layer.name) ? bytes(layer.name) + input + scratch(layer, bytes(layer.inputs[0] ?? layer.name), bytes(layer.name)) : 0
    peak = Math.max(peak, alive + passing + backward)
  }
  return peak
}

/** Judged as for eight samples in blocks of 16 channels. */
function goesByWinograd(layer: Layer, shapes: ReadonlyMap<string, readonly number[]>): boolean {
  return layer.kind === 'convolution' && suitsWinograd({ block: 16, samples: 8 }, { ...layer, channels: shapes.get(layer.inputs[0]!)!.at(-1)!, to: shapes.get(layer.name)! })
}

/** A max pooling keeps where its maxima were, as int64, a separable convolution what lies between its two halves. */
function keptBytes(layer: Layer, bytes: (name: string) => number, shapes: ReadonlyMap<string, readonly number[]>): number {
  const own = bytes(layer.name)
  if (layer.kind === 'separable-convolution') return own * (1 + (layer.depthMultiplier * shapes.get(layer.inputs[0]!)!.at(-1)!) / layer.filters)
  return layer.kind === 'max-pooling' ? 3 * own : own
}

/** The kernel's gradient of a convolution pads its input and lays a row of its taps side by side; the forward may do the like. */
function scratch(layer: Layer, input: number, output: number): number {
  switch (layer.kind) {
    case 'convolution': {
      const taps = layer.kernel[1]
      return taps === 1 ? output : input + taps * (input / (layer.strides[0] * layer.strides[1])) + output
    }
    case 'depthwise-convolution':
    case 'separable-convolution':
      return 2 * input + output
    case 'batch-normalization':
      return 2 * output
    default:
      return 0
  }
}
