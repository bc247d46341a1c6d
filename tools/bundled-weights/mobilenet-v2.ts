/**
 * Writes packages/core/bundled/mobilenet-v2.graft-weights from the Keras file of the int8 ImageNet MobileNetV2, and checks that
 * reading it back gives the same values. See README.md beside this file.
 *
 *   node_modules/.bin/tsx tools/bundled-weights/mobilenet-v2.ts MOBILENET_V2.h5
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildNetwork } from '../../packages/core/src/network/build.ts'
import type { NetworkWeights, Tensor } from '../../packages/core/src/network/description.ts'
import { loadWeightFile } from '../../packages/core/src/weights/load.ts'
import { writeGraftWeights, type Encoding } from '../../packages/core/src/weights/graft-weights.ts'

/** The channel axis of each kind of kernel; everything else stays float32 unless all its values are one. */
const channelAxes: Readonly<Record<string, (tensor: Tensor) => number>> = {
  kernel: (tensor) => tensor.shape.length - 1,
  depthwise_kernel: () => 2,
}

function encodingOf(layer: string, weight: string, tensor: Tensor): Encoding {
  const first = tensor.data[0]
  if (tensor.data.every((value) => value === first)) return { kind: 'constant' }
  const axis = channelAxes[weight]
  return axis === undefined ? { kind: 'float32' } : { kind: 'int8', axis: axis(tensor) }
}

/** Largest difference relative to the largest value of the tensor, over all tensors. */
function largestDifference(one: NetworkWeights, other: NetworkWeights): { relative: number; tensor: string; equal: number; total: number } {
  const worst = { relative: 0, tensor: '', equal: 0, total: 0 }
  for (const [layer, tensors] of one) {
    for (const [weight, tensor] of Object.entries(tensors)) {
      const again = other.get(layer)?.[weight]
      if (again === undefined) throw new Error(`${layer}/${weight} is gone`)
      const magnitude = tensor.data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
      for (const [index, value] of tensor.data.entries()) {
        const relative = Math.abs(value - (again.data[index] ?? NaN)) / magnitude
        worst.total++
        if (value === again.data[index]) worst.equal++
        if (!(relative <= worst.relative)) Object.assign(worst, { relative, tensor: `${layer}/${weight}` })
      }
    }
  }
  return worst
}

const [source] = process.argv.slice(2)
if (source === undefined) throw new Error('Give the path of the Keras file.')
const network = buildNetwork({ architecture: 'MobileNetV2', inputSize: [224, 224], includeTop: true })
const { weights } = await loadWeightFile(source, network)
const bytes = writeGraftWeights(
  weights,
  {
    architecture: 'MobileNetV2',
    alpha: 1,
    includeTop: true,
    classes: 1000,
    preprocessing: { mode: 'tf', inputSize: [224, 224], interpolation: 'bilinear' },
    licence: 'Apache-2.0',
    source: 'github.com/google-coral/test_data, tf2_mobilenet_v2_1.0_224_ptq.tflite at commit 104342d2d3480b3e66203073dac24f4e2dbb4c41',
    trainedOn: 'ImageNet',
  },
  encodingOf,
)
const target = join(import.meta.dirname, '../../packages/core/bundled/mobilenet-v2.graft-weights')
await writeFile(target, bytes)
const again = await loadWeightFile(target, network)
console.log(`${target}: ${bytes.byteLength} bytes`, largestDifference(weights, again.weights))
