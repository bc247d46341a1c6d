import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ArchitectureName } from '../../../packages/contracts/src/model.ts'
import type { LossRecipe } from '../../../packages/contracts/src/recipe/loss.ts'
import { optimizerSchema } from '../../../packages/contracts/src/recipe/optimizer.ts'
import { hashedPixels, hashedUniform, hashedWeights } from '../../../packages/core/src/compiler/testing/hashed-weights.ts'
import { tfjsShardName, writeTfjsLayers } from '../../../packages/core/src/export/write-tfjs-layers.ts'
import { buildNetwork } from '../../../packages/core/src/network/build.ts'
import { NetworkBuilder } from '../../../packages/core/src/network/builder.ts'
import type { Network, NetworkWeights } from '../../../packages/core/src/network/description.ts'
import { maskInputs } from '../../../packages/core/src/network/mask-inputs.ts'
import { joinNetworks } from '../../../packages/core/src/prediction/join-networks.ts'
import { createOnnxRuntime } from '../../../packages/core/src/runtime/onnx/onnx-runtime.ts'
import type { Runtime, TrainingOptions } from '../../../packages/core/src/runtime/runtime.ts'
import { readInstallation } from '../../../packages/core/src/runtime/tensorflow/installation.ts'
import { createTensorflowRuntime, type TensorflowRuntime } from '../../../packages/core/src/runtime/tensorflow/tensorflow-runtime.ts'
import { recordRelativeAgreement } from '../../../packages/core/src/testing/agreement.ts'
import { changes, classLabels, flat, floatSamples, pixelSamples, trained, type TrainingCase } from './testing/both-runtimes.ts'
import { installedFolder } from './testing/installed.ts'

const folder = await installedFolder()
const [count, batchSize, classes] = [27, 8, 5]
const tolerance = 1e-4
const agreement = { group: 'Runtimes', reference: 'TensorFlow', tolerance }

describe.skipIf(folder === null)('TensorFlow beside onnxruntime', () => {
  let tensorflow: TensorflowRuntime
  let onnx: Runtime
  beforeAll(async () => {
    tensorflow = await createTensorflowRuntime({ folder: folder! })
    onnx = await createOnnxRuntime()
  })
  afterAll(() => tensorflow?.close())

  /** Trains on both; losses, changes of weights, and losses of a validation after it must agree. */
  async function recordTrainingAgreement(subject: string, which: TrainingCase): Promise<void> {
    const [found, expected] = [await trained(onnx, which), await trained(tensorflow, which)]
    recordRelativeAgreement({ ...agreement, subject: `${subject}: losses`, found: found.losses, expected: expected.losses })
    recordRelativeAgreement({ ...agreement, subject: `${subject}: weights`, found: flat(found.weights), expected: flat(expected.weights) })
    expect(changes(expected.weights, which.weights).some((change) => change !== 0)).toBe(true)
    expect(found.correct).toBe(expected.correct)
    expect([...found.weights.keys()]).toEqual([...expected.weights.keys()])
    if (found.validation === null) return
    recordRelativeAgreement({ ...agreement, subject: `${subject}: validation`, found: found.validation.losses, expected: expected.validation!.losses })
    expect(expected.validation!.correct).toEqual(found.validation.correct)
  }

  const networks: readonly { architecture: ArchitectureName; size: number; alpha?: number; top?: true }[] = [
    { architecture: 'VGG16', size: 48 },
    { architecture: 'VGG19', size: 48 },
    { architecture: 'ResNet50', size: 64 },
    { architecture: 'InceptionV3', size: 75 },
    { architecture: 'Xception', size: 75 },
    { architecture: 'MobileNet', size: 64, alpha: 0.25, top: true },
    { architecture: 'MobileNetV2', size: 64 },
  ]
  test.each(networks)('features of $architecture', async ({ architecture, size, alpha, top }) => {
    const network = buildNetwork({ architecture, inputSize: [size, size], includeTop: top ?? false, ...(top && { classes: 7 }), ...(alpha && { alpha }) })
    const weights = hashedWeights(network)
    const images = pixelSamples(`images/${size}`, [2, size, size, 3])
    for (const mode of ['caffe', 'torch'] as const) {
      const outputs = await Promise.all(
        [onnx, tensorflow].map(async (runtime) => {
          const session = await runtime.openForward(network, weights, { preprocessing: { mode, inputSize: [size, size], interpolation: 'bilinear' }, pooling: 'average' })
          const output = await session.run(images)
          await session.dispose()
          return output
        }),
      )
      expect(outputs[1]!.shape).toEqual(outputs[0]!.shape)
      recordRelativeAgreement({ ...agreement, subject: `${architecture}, ${mode}: features`, found: outputs[0]!.data, expected: outputs[1]!.data })
    }
  }, 120_000)

  const sgd = (learningRate: number): TrainingOptions['optimizer'] => optimizerSchema.parse({ name: 'SGD', learningRate, momentum: 0.9 })
  const tails: readonly { name: string; architecture: ArchitectureName; size: number; first: string | number; moves: boolean; rate: number }[] = [
    { name: 'VGG16 from block5', architecture: 'VGG16', size: 48, first: 'block5_conv1', moves: false, rate: 1e-3 },
    { name: 'VGG19, all', architecture: 'VGG19', size: 32, first: 0, moves: false, rate: 1e-5 },
    { name: 'ResNet50 from conv5_block3', architecture: 'ResNet50', size: 64, first: 'conv5_block3_1_conv', moves: false, rate: 1e-3 },
    { name: 'InceptionV3 from mixed9', architecture: 'InceptionV3', size: 107, first: 249, moves: false, rate: 1e-4 },
    { name: 'Xception from block13', architecture: 'Xception', size: 96, first: 'block13_sepconv1_act', moves: false, rate: 1e-3 },
    { name: 'MobileNet from conv_dw_12', architecture: 'MobileNet', size: 64, first: 'conv_dw_12', moves: true, rate: 1e-4 },
    { name: 'MobileNetV2 from block_15', architecture: 'MobileNetV2', size: 64, first: 'block_15_expand', moves: false, rate: 1e-4 },
  ]

  function tail({ architecture, size, first }: (typeof tails)[number]): { network: Network; frozen: ReadonlySet<string> } {
    const trunk = buildNetwork({ architecture, inputSize: [size, size], includeTop: false })
    const builder = new NetworkBuilder()
    const channels = { VGG16: 512, VGG19: 512, MobileNet: 1024, MobileNetV2: 1280 }[architecture as string] ?? 2048
    const predictions = builder.finish('head', builder.dense(builder.input([channels]), classes, { name: 'predictions', activation: 'softmax' }))
    const { network } = joinNetworks({ network: trunk, weights: new Map() }, 'average', { network: predictions, weights: new Map() })
    const start = typeof first === 'number' ? first : network.layers.findIndex(({ name }) => name === first)
    return { network, frozen: new Set(network.layers.slice(0, start).map(({ name }) => name)) }
  }

  function withSwish(network: Network): Network {
    return { ...network, layers: network.layers.map((layer) => ('activation' in layer && layer.activation.startsWith('relu') ? { ...layer, activation: 'swish' as const } : layer)) }
  }

  /** Random trunks put out values in the thousands: the head is brought down until no probability hangs on a rounding of its exponent. */
  async function withEvenHead(network: Network, size: number): Promise<{ weights: NetworkWeights; scale: number }> {
    const weights = new Map(hashedWeights(network))
    const session = await onnx.openForward(network, weights, { preprocessing: null, output: network.layers.at(-2)!.name })
    const { data } = await session.run(floatSamples(`tail/${size}`, [6, size, size, 3]))
    await session.dispose()
    const scale = Math.max(1, ...data.map(Math.abs))
    const { kernel, ...rest } = weights.get('predictions')!
    weights.set('predictions', { kernel: { shape: kernel!.shape, data: kernel!.data.map((value) => value / scale) }, ...rest })
    return { weights, scale }
  }

  test.each(tails)('gradients and ten steps of fine-tuning: $name', async (which) => {
    const { network, frozen } = tail(which)
    const { weights, scale } = await withEvenHead(network, which.size)
    const samples = floatSamples(`tail/${which.size}`, [6, which.size, which.size, 3])
    const shared = { network, weights, samples, labels: classLabels(6, classes) }
    const options = { batchSize: 3, preprocessing: null, frozen, batchNormalization: which.moves ? 'update-statistics' : 'keep-statistics' } as const
    // One step of plain descent at a rate of 1 takes exactly the gradient away. A relu whose input is all but zero may open in one runtime
    // alone, which turns rounding into a jump of the gradient: swish has none.
    const gradients = await Promise.all([onnx, tensorflow].map(async (runtime) => changes((await trained(runtime, { ...shared, network: withSwish(network), steps: 1, options: { ...options, optimizer: optimizerSchema.parse({ name: 'SGD', learningRate: 1 }) } })).weights, weights)))
    // By the statistics of three samples rounding grows: both runtimes may be a little further apart on another processor.
    recordRelativeAgreement({ ...agreement, tolerance: which.moves ? 5e-4 : tolerance, subject: `${which.name}: gradients`, found: gradients[0]!, expected: gradients[1]! })
    await recordTrainingAgreement(`${which.name}: ten steps`, { ...shared, steps: 10, options: { ...options, optimizer: sgd(which.rate / scale ** 2) } })
  }, 240_000)

  function head(): Network {
    const builder = new NetworkBuilder()
    const value = builder.dropout(builder.dense(builder.input([24]), 16, { activation: 'relu', l2: 0.01 }), 0.25, { name: 'dropout' })
    return builder.finish('head', builder.dense(value, classes, { activation: 'softmax' }))
  }
  const headCase = (options: Partial<TrainingOptions> = {}): TrainingCase => {
    const network = head()
    return {
      network,
      weights: hashedWeights(network),
      samples: floatSamples('features', [count, 24]),
      labels: classLabels(count, classes),
      steps: 10,
      masks: { 'mask/dropout': { type: 'uint8', shape: [10 * batchSize, 16], data: hashedPixels('mask', [10 * batchSize, 16]).map((byte) => (byte >= 64 ? 1 : 0)) } },
      options: { optimizer: sgd(0.05), batchSize, preprocessing: null, ...options },
    }
  }

  const optimizers = [
    { name: 'SGD', learningRate: 0.02, momentum: 0.9, nesterov: true, weightDecay: 0.1 },
    { name: 'RMSprop', learningRate: 0.002, momentum: 0.5, epsilon: 1e-5 },
    { name: 'RMSprop', learningRate: 0.002, centered: true, epsilon: 1e-5, clipNorm: 0.1 },
    { name: 'Adagrad', learningRate: 0.05 },
    { name: 'Adadelta', learningRate: 0.5 },
    { name: 'Adam', learningRate: 0.01, amsgrad: true, globalClipNorm: 0.2 },
    { name: 'Adam', learningRate: 0.01, clipValue: 0.01 },
    { name: 'AdamW', learningRate: 0.01, averageMomentum: 0.8 },
    { name: 'Adamax', learningRate: 0.01 },
    { name: 'Nadam', learningRate: 0.01 },
  ]
  test.each(optimizers)('ten steps of a head with dropout and L2 by %o', async (recipe) => {
    await recordTrainingAgreement(`head, ${JSON.stringify(recipe)}`, headCase({ optimizer: optimizerSchema.parse(recipe) }))
  })

  test('rates that change from step to step, and microbatches', async () => {
    const learningRates = Array.from({ length: 10 }, (_, step) => 0.1 / (step + 1))
    await recordTrainingAgreement('head, a rate a step, microbatches of 3', { ...headCase({ microbatchSize: 3 }), learningRates })
  })

  const losses: readonly LossRecipe[] = [
    { name: 'cross-entropy', labelSmoothing: 0.1 },
    { name: 'focal', gamma: 2, alpha: 0.25 },
    { name: 'focal', gamma: 1.5, alpha: 0.5, labelSmoothing: 0.1 },
  ]
  test.each(losses)('class weights and %o', async (loss) => {
    await recordTrainingAgreement(`head, ${JSON.stringify(loss)}, class weights`, headCase({ loss, classWeights: [1, 2, 0.5, 1, 3] }))
  })

  test('soft labels', async () => {
    const { data } = hashedUniform('soft', [count, classes], 0, 1)
    const labels = data.map((value, index) => value / data.subarray(index - (index % classes), index - (index % classes) + classes).reduce((sum, each) => sum + each, 0))
    await recordTrainingAgreement('head, soft labels', { ...headCase({ softLabels: true }), labels })
  })

  test('two classes by one sigmoid', async () => {
    const builder = new NetworkBuilder()
    const network = builder.finish('binary', builder.dense(builder.input([24]), 1, { activation: 'sigmoid' }))
    const { masks: _, ...which } = headCase({ loss: { name: 'binary-cross-entropy', labelSmoothing: 0.1 } })
    await recordTrainingAgreement('binary cross-entropy', { ...which, network, weights: hashedWeights(network), labels: classLabels(count, 2) })
  })

  test.each<ArchitectureName>(['one-layer-cnn', 'three-layer-convnet', 'six-layer-cnn'])('ten steps of the baseline %s on pixels', async (architecture) => {
    const size = [30, 26] as const
    const network = buildNetwork({ architecture, inputSize: size, includeTop: true, classes })
    const options = { optimizer: sgd(0.001), batchSize: 5, preprocessing: { mode: 'unit', inputSize: [...size] as [number, number], interpolation: 'bilinear' }, batchNormalization: 'update-statistics' } as const
    const masks = Object.fromEntries(maskInputs(network).map(({ input, shape }) => [input, { type: 'uint8' as const, shape: [50, ...shape], data: hashedPixels(input, [50, ...shape]).map((byte) => (byte >= 64 ? 1 : 0)) }]))
    await recordTrainingAgreement(`${architecture}: ten steps`, { masks, network, weights: hashedWeights(network), samples: pixelSamples('baseline', [20, ...size, 3]), labels: classLabels(20, classes), steps: 10, options })
  }, 120_000)

  test('weights go in and come out bit by bit', async () => {
    const network = buildNetwork({ architecture: 'Xception', inputSize: [75, 75], includeTop: true, classes })
    const weights = hashedWeights(network)
    const session = await tensorflow.openTraining(network, weights, { optimizer: sgd(0.1), batchSize, preprocessing: null })
    const found = await session.weights()
    // By their bytes: vitest takes minutes for so many numbers.
    expect(Buffer.compare(Buffer.from(flat(found).buffer), Buffer.from(flat(weights).buffer))).toBe(0)
    expect([...found].map(([layer, own]) => [layer, Object.entries(own).map(([name, { shape }]) => [name, shape])])).toEqual([...weights].map(([layer, own]) => [layer, Object.entries(own).map(([name, { shape }]) => [name, shape])]))
    await session.dispose()
  }, 60_000)

  test('an exported tfjs model.json says in tfjs-node what onnxruntime says', async () => {
    const network = buildNetwork({ architecture: 'Xception', inputSize: [75, 75], includeTop: true, classes })
    const weights = hashedWeights(network)
    const input = floatSamples('exported', [2, 75, 75, 3])
    const session = await onnx.openForward(network, weights, { preprocessing: null })
    const found = (await session.run(input)).data
    await session.dispose()
    const exported = await mkdtemp(path.join(tmpdir(), 'graft-tfjs-'))
    try {
      const { modelJson, shard } = writeTfjsLayers({ network, weights })
      await Promise.all([writeFile(path.join(exported, 'model.json'), modelJson), writeFile(path.join(exported, tfjsShardName), shard)])
      const script = fileURLToPath(new URL('./testing/predict-exported.mjs', import.meta.url))
      const { package: packageName } = await readInstallation(folder!)
      const { stdout } = spawnSync(process.execPath, [script, folder!, packageName, exported, JSON.stringify(input.shape)], { input: new Uint8Array(input.data.buffer), stdio: ['pipe', 'pipe', 'ignore'] })
      recordRelativeAgreement({ ...agreement, subject: 'Xception as tfjs model.json: probabilities', found, expected: new Float32Array(new Uint8Array(stdout).buffer) })
    } finally {
      await rm(exported, { recursive: true, force: true })
    }
  }, 120_000)

  test('a training goes on from its state as if it had never been interrupted, also in another session', async () => {
    const { network, weights, options, samples, labels, masks } = headCase({ optimizer: optimizerSchema.parse({ name: 'Nadam', averageMomentum: 0.9 }) })
    const order = Int32Array.from({ length: 3 * batchSize }, (_, index) => index % count)
    const run = (stepsBefore: number) => ({ samples, labels, order, learningRates: new Float32Array(3).fill(0.01), stepsBefore, masks: masks ?? {} })
    const first = await tensorflow.openTraining(network, weights, options)
    await first.train(run(0))
    const state = await first.state()
    const expected = await first.train(run(3))
    const second = await tensorflow.openTraining(network, weights, options)
    await expect(second.restore({})).rejects.toMatchObject({ code: 'mismatch' })
    await second.restore(state)
    expect(await second.train(run(3))).toEqual(expected)
    expect(await second.weights()).toEqual(await first.weights())
    await Promise.all([first.dispose(), second.dispose()])
  })

  test('a training ends at the next step when its signal fires; an unknown layer is named', async () => {
    const { network, weights, options, samples, labels } = headCase()
    const session = await tensorflow.openTraining(network, weights, options)
    const steps = 100_000
    const order = Int32Array.from({ length: steps * batchSize }, (_, index) => index % count)
    const controller = new AbortController()
    const training = session.train({ samples, labels, order, learningRates: new Float32Array(steps).fill(0.01), stepsBefore: 0, masks: { 'mask/dropout': { type: 'uint8', shape: [order.length, 16], data: new Uint8Array(order.length * 16).fill(1) } } }, controller.signal)
    setTimeout(() => controller.abort(), 300)
    await expect(training).rejects.toMatchObject({ code: 'aborted' })
    await session.dispose()
    await expect(tensorflow.openForward(network, weights, { preprocessing: null, output: 'nowhere' })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('memory does not grow over a thousand steps', async () => {
    const network = buildNetwork({ architecture: 'MobileNetV2', inputSize: [32, 32], alpha: 0.35, includeTop: true, classes })
    const frozen = new Set(network.layers.slice(0, network.layers.findIndex(({ name }) => name === 'block_15_expand')).map(({ name }) => name))
    const session = await tensorflow.openTraining(network, hashedWeights(network), { optimizer: optimizerSchema.parse({ name: 'Adam' }), batchSize: 2, preprocessing: null, frozen, batchNormalization: 'update-statistics' })
    const samples = floatSamples('memory', [4, 32, 32, 3])
    const train = (steps: number, stepsBefore: number) =>
      session.train({ samples, labels: classLabels(4, classes), order: Int32Array.from({ length: steps * 2 }, (_, index) => index % 4), learningRates: new Float32Array(steps).fill(1e-5), stepsBefore, masks: {} })
    await train(100, 0)
    const before = await tensorflow.memory()
    await train(1000, 100)
    const after = await tensorflow.memory()
    console.log(`1,000 steps of MobileNetV2's last blocks: ${after.tensors} tensors (${before.tensors} before), ${after.tensorBytes} bytes (${before.tensorBytes}), process ${(after.processBytes / 2 ** 20).toFixed(0)} MiB (${(before.processBytes / 2 ** 20).toFixed(0)})`)
    expect(after.tensors).toBe(before.tensors)
    expect(after.tensorBytes).toBe(before.tensorBytes)
    // What the collector of JavaScript happens to hold comes and goes.
    expect(after.processBytes - before.processBytes).toBeLessThan(100 * 2 ** 20)
    await session.dispose()
  }, 240_000)
})
