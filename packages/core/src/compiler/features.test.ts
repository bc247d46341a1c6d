import type { ArchitectureName, Preprocessing } from '@graft/contracts/model'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildNetwork } from '../network/build.ts'
import type { Tensor } from '../network/description.ts'
import { createOnnxGraphRuntime } from '../runtime/onnx/onnx-graph-runtime.ts'
import type { GraphRuntime } from '../runtime/graph-runtime.ts'
import type { RuntimeTensor } from '../runtime/runtime-tensor.ts'
import type { ForwardOptions } from '../runtime/runtime.ts'
import { compileForward } from './forward.ts'
import { recordRelativeAgreement } from '../testing/agreement.ts'
import { readGolden } from './testing/golden.ts'
import { hashedPixels, hashedWeights } from './testing/hashed-weights.ts'

/** As in tools/parity/features.py. */
const cases: readonly { name: string; architecture: ArchitectureName; size: number; mode: Preprocessing['mode']; middle: string; alpha?: number; classes?: number }[] = [
  { name: 'VGG16', architecture: 'VGG16', size: 48, mode: 'caffe', middle: 'block3_conv2' },
  { name: 'VGG19', architecture: 'VGG19', size: 48, mode: 'caffe', middle: 'block4_pool' },
  { name: 'ResNet50', architecture: 'ResNet50', size: 64, mode: 'caffe', middle: 'conv3_block2_out' },
  { name: 'InceptionV3', architecture: 'InceptionV3', size: 75, mode: 'tf', middle: 'mixed4' },
  { name: 'Xception', architecture: 'Xception', size: 75, mode: 'tf', middle: 'block5_sepconv2_bn' },
  { name: 'MobileNet', architecture: 'MobileNet', size: 64, mode: 'tf', middle: 'conv_pw_5_relu' },
  { name: 'MobileNet-0.25-top', architecture: 'MobileNet', size: 64, mode: 'tf', middle: 'conv_pad_2', alpha: 0.25, classes: 7 },
  { name: 'MobileNetV2', architecture: 'MobileNetV2', size: 64, mode: 'tf', middle: 'block_6_expand_relu' },
  { name: 'MobileNetV2-1.4', architecture: 'MobileNetV2', size: 64, mode: 'unit', middle: 'block_3_pad', alpha: 1.4 },
  { name: 'MobileNetV2-0.35-top', architecture: 'MobileNetV2', size: 64, mode: 'torch', middle: 'block_1_project_BN', alpha: 0.35, classes: 7 },
]
const tolerance = 1e-4

let golden: Record<string, Tensor>
let runtime: GraphRuntime
beforeAll(async () => {
  golden = await readGolden('features')
  runtime = await createOnnxGraphRuntime()
})

let session: Awaited<ReturnType<GraphRuntime['createSession']>> | undefined
afterAll(() => session?.dispose())

async function run(model: Uint8Array, images: RuntimeTensor): Promise<RuntimeTensor> {
  await session?.dispose()
  session = await runtime.createSession(model)
  return (await session.run({ images }))['output']!
}

test.each(cases)("$name puts out what Keras's does, at its end and on the way", async ({ name, architecture, size, mode, middle, alpha, classes }) => {
  const network = buildNetwork({ architecture, inputSize: [size, size], includeTop: classes !== undefined, ...(classes && { classes }), ...(alpha && { alpha }) })
  const weights = hashedWeights(network)
  const images = { type: 'uint8' as const, shape: [2, size, size, 3], data: hashedPixels(`images/${size}`, [2, size, size, 3]) }
  const options: ForwardOptions = { preprocessing: { mode, inputSize: [size, size], interpolation: 'bilinear' } }

  const output = await run(compileForward(network, weights, options), images)
  expect(output.shape).toEqual(golden[`${name}/output`]!.shape)
  recordRelativeAgreement({ group: 'Features', subject: `${name}, ${size} x ${size}, output`, reference: 'Keras 3', tolerance, found: output.data as Float32Array, expected: golden[`${name}/output`]!.data })

  const onTheWay = await run(compileForward(network, weights, { ...options, output: middle, pooling: 'average' }), images)
  expect(onTheWay.shape).toEqual(golden[`${name}/${middle}`]!.shape)
  recordRelativeAgreement({ group: 'Features', subject: `${name}, ${size} x ${size}, ${middle}, pooled`, reference: 'Keras 3', tolerance, found: onTheWay.data as Float32Array, expected: golden[`${name}/${middle}`]!.data })
}, 60_000)
