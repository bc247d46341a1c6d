import type { ArchitectureName } from '@graft/contracts/model'
import { beforeAll, expect, test } from 'vitest'
import { buildNetwork } from '../network/build.ts'
import { NetworkBuilder } from '../network/builder.ts'
import type { Network, Tensor } from '../network/description.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'
import { joinNetworks } from '../prediction/join-networks.ts'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { recordRelativeAgreement } from '../testing/agreement.ts'
import { readGolden } from './testing/golden.ts'
import { hashedUniform, hashedWeights, hashedWords } from './testing/hashed-weights.ts'

// As in tools/parity/fine_tuning.py.
const [samples, steps, classes] = [6, 5, 4]
/** Weights within 1e-3 of Keras after five steps. */
const tolerance = 1e-3
/**
 * Six samples' statistics amplify rounding, which is another on another processor; in VGG a relu or a maximum at its edge, with nothing to
 * normalize after it, falls the other way. With kept statistics nothing does.
 */
const looser = { losses: 5e-3, changes: 2e-2 }
const tight = { losses: 1e-4, changes: 1e-3 }

interface Case { name: string; architecture: ArchitectureName; size: number; first: string | number; moves: boolean; rate: number; allowed?: typeof tight }
const cases: readonly Case[] = [
  { name: 'VGG16 block5', architecture: 'VGG16', size: 48, first: 'block5_conv1', moves: false, rate: 1e-3 },
  { name: 'VGG19 block5', architecture: 'VGG19', size: 48, first: 'block5_conv1', moves: false, rate: 1e-3 },
  { name: 'VGG16 all', architecture: 'VGG16', size: 32, first: 0, moves: false, rate: 1e-3 },
  { name: 'ResNet50 conv5_block3, kept', architecture: 'ResNet50', size: 64, first: 'conv5_block3_1_conv', moves: false, rate: 1e-5 },
  { name: 'ResNet50 conv5_block1, updated', architecture: 'ResNet50', size: 96, first: 'conv5_block1_1_conv', moves: true, rate: 1e-3 },
  { name: 'InceptionV3 mixed9, kept', architecture: 'InceptionV3', size: 107, first: 249, moves: false, rate: 1e-3 },
  { name: 'InceptionV3 mixed9, updated', architecture: 'InceptionV3', size: 107, first: 249, moves: true, rate: 0.01 },
  { name: 'Xception block13, kept', architecture: 'Xception', size: 96, first: 'block13_sepconv1_act', moves: false, rate: 1e-7 },
  { name: 'Xception block13, updated', architecture: 'Xception', size: 96, first: 'block13_sepconv1_act', moves: true, rate: 0.01 },
  { name: 'MobileNet conv_dw_12, updated', architecture: 'MobileNet', size: 64, first: 'conv_dw_12', moves: true, rate: 0.01 },
  { name: 'MobileNetV2 block_15, kept', architecture: 'MobileNetV2', size: 64, first: 'block_15_expand', moves: false, rate: 0.01 },
  { name: 'MobileNetV2 block_14, updated', architecture: 'MobileNetV2', size: 96, first: 'block_14_expand', moves: true, rate: 0.01 },
  // So many normalizations by six samples amplify rounding: Keras's own losses in float32 are 0.7% from its losses in float64.
  { name: 'MobileNetV2 all, updated', architecture: 'MobileNetV2', size: 128, first: 0, moves: true, rate: 1e-3, allowed: { losses: 2e-2, changes: 0.2 } },
]

let golden: Record<string, Tensor>
let runtime: Runtime
beforeAll(async () => {
  golden = await readGolden('fine-tuning')
  runtime = await createOnnxRuntime()
})

function network({ architecture, size }: Case): Network {
  const trunk = buildNetwork({ architecture, inputSize: [size, size], includeTop: false })
  const builder = new NetworkBuilder()
  const channels = { VGG16: 512, VGG19: 512, MobileNet: 1024, MobileNetV2: 1280 }[architecture as string] ?? 2048
  const head = builder.finish('head', builder.dense(builder.input([channels]), classes, { name: 'predictions', activation: 'softmax' }))
  return joinNetworks({ network: trunk, weights: new Map() }, 'average', { network: head, weights: new Map() }).network
}

test.each(cases)('five steps of fine-tuning are those of Keras: $name', async (which) => {
  const { name, size, first, moves, rate } = which
  const allowed = which.allowed ?? (moves || which.architecture.startsWith('VGG') ? looser : tight)
  const whole = network(which)
  const before = hashedWeights(whole)
  const start = typeof first === 'number' ? first : whole.layers.findIndex((layer) => layer.name === first)
  const frozen = new Set(whole.layers.slice(0, start).map((layer) => layer.name))
  const session = await runtime.openTraining(whole, before, {
    optimizer: { name: 'SGD', learningRate: rate, momentum: 0.9, nesterov: false },
    batchSize: samples,
    preprocessing: null,
    frozen,
    batchNormalization: moves ? 'update-statistics' : 'keep-statistics',
  })
  const order = Int32Array.from({ length: samples }, (_, index) => index)
  const losses: number[] = []
  for (let step = 0; step < steps; step++) {
    const result = await session.train({
      samples: { type: 'float32', ...hashedUniform(`fine-tuning/${size}`, [samples, size, size, 3], -1, 1) },
      labels: Int32Array.from(hashedWords('labels', samples), (word) => word % classes),
      order,
      learningRates: Float32Array.of(rate),
      stepsBefore: step,
      masks: {},
    })
    losses.push(...result.losses)
  }
  const after = await session.weights()
  await session.dispose()
  recordRelativeAgreement({ group: 'Fine-tuning', subject: `${name}: losses of five steps`, reference: 'Keras 3', tolerance: allowed.losses, found: losses, expected: golden[`${name}/losses`]!.data })

  const [found, expected, changes, expectedChanges]: [number[], number[], number[], number[]] = [[], [], [], []]
  const specifications = weightSpecifications(whole)
  let isKept = true
  for (const [place, [layerName, own]] of [...specifications].entries()) {
    for (const [index, { name: weightName }] of own.entries()) {
      const reference = golden[`${name}/${place}/${index}`]
      expect(reference === undefined).toBe(frozen.has(layerName))
      const [now, then] = [after, before].map((weights) => weights.get(layerName)![weightName]!.data) as [Float32Array, Float32Array]
      isKept &&= reference !== undefined || now.every((value, at) => value === then[at])
      const stride = Math.max(1, Math.floor(now.length / 48))
      for (const [at, value] of (reference?.data ?? []).entries()) {
        found.push(now[at * stride]!)
        expected.push(value)
        changes.push(now[at * stride]! - then[at * stride]!)
        expectedChanges.push(value - then[at * stride]!)
      }
    }
  }
  expect(isKept).toBe(true) // frozen weights
  recordRelativeAgreement({ group: 'Fine-tuning', subject: `${name}: weights and statistics after five steps`, reference: 'Keras 3', tolerance, found, expected })
  // The weights barely move: what they moved by must agree, too.
  recordRelativeAgreement({ group: 'Fine-tuning', subject: `${name}: changes of weights and statistics in five steps`, reference: 'Keras 3', tolerance: allowed.changes, found: changes, expected: expectedChanges })
}, 120_000)
