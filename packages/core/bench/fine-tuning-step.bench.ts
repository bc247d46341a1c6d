import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { OptimizerRecipe } from '@graft/contracts/recipe/optimizer'
import { compileTraining } from '../src/compiler/training-loop.ts'
import type { Network } from '../src/network/description.ts'
import { NetworkBuilder } from '../src/network/builder.ts'
import { buildNetwork } from '../src/network/build.ts'
import { layerShapes } from '../src/network/shapes.ts'
import { joinNetworks } from '../src/prediction/join-networks.ts'
import { createOnnxRuntime } from '../src/runtime/onnx/onnx-runtime.ts'
import type { TrainingOptions, TrainingRun } from '../src/runtime/runtime.ts'
import { initializeWeights } from '../src/weights/initialize.ts'
import { channelBlock } from '../src/runtime/onnx/channel-block.ts'
import { startKeras, type KerasProcess } from './keras-process.ts'
import { median } from './median.ts'

/**
 * A training step of all layers (SGD with momentum, batch normalization updates its statistics): Graft, Keras and, where it is
 * installed, PyTorch in turns on the same cores; with processor time, compile time and size of the graph and each side's peak of resident memory.
 * A process of its own for each model. `npm run bench -- fine-tuning-step [MODEL …]`.
 */
const batch = 8
const steps = 1
const rounds = 10
const sizes = { VGG16: 224, ResNet50: 224, InceptionV3: 299, Xception: 299, MobileNetV2: 224 } as const
type Architecture = keyof typeof sizes

function withHead(trunk: Network): { network: Network; weights: ReturnType<typeof initializeWeights> } {
  const builder = new NetworkBuilder()
  const features = builder.input([layerShapes(trunk).get(trunk.output)!.at(-1)!])
  const head = builder.finish('head', builder.dense(features, 10, { activation: 'softmax', name: 'predictions' }))
  return joinNetworks({ network: trunk, weights: initializeWeights(trunk, 0) }, 'average', { network: head, weights: initializeWeights(head, 0) })
}

async function measure(architecture: Architecture): Promise<void> {
  const size = sizes[architecture]
  const { network, weights } = withHead(buildNetwork({ architecture, inputSize: [size, size], includeTop: false }))
  const optimizer: OptimizerRecipe = { name: 'SGD', learningRate: 1e-4, momentum: 0.9, nesterov: false }
  const options: TrainingOptions = { optimizer, batchSize: batch, preprocessing: null, batchNormalization: 'update-statistics' }
  const began = performance.now()
  const runtime = await createOnnxRuntime()
  const bytes = compileTraining(network, weights, { ...options, channelBlock: await channelBlock(runtime.graphs) }).model.byteLength
  const compiled = performance.now()
  const session = await runtime.openTraining(network, weights, options)
  const opened = performance.now()
  const samples = { type: 'float32' as const, shape: [batch, size, size, 3], data: Float32Array.from({ length: batch * size * size * 3 }, (_, index) => ((index * 2_654_435_761) >>> 0) / 2 ** 31 - 1) }
  const run: TrainingRun = {
    samples,
    labels: Int32Array.from({ length: batch }, (_, index) => index % 10),
    order: Int32Array.from({ length: batch * steps }, (_, index) => index % batch),
    learningRates: new Float32Array(steps).fill(optimizer.learningRate),
    stepsBefore: 0,
    masks: {},
  }
  const train = async (): Promise<number> => {
    const start = performance.now()
    await session.train(run)
    return performance.now() - start
  }
  await train()
  const others = new Map<string, { process: KerasProcess; times: number[]; busy: number[] }>()
  for (const [name, script] of [['Keras', 'time_training.py'], ['PyTorch', 'time_training_torch.py']] as const) {
    const process = await startKeras(script, [architecture, size, batch, steps]).catch(() => null)
    if (process !== null) others.set(name, { process, times: [], busy: [] })
  }
  const ours: { times: number[]; busy: number[] } = { times: [], busy: [] }
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage()
    ours.times.push(await train())
    const { user, system } = process.cpuUsage(before)
    ours.busy.push((user + system) / 1000)
    for (const { process: other, times, busy } of others.values()) {
      const spent = other.processorTime()
      times.push(await other.measure())
      busy.push(other.processorTime() - spent)
    }
  }
  // Other work on the machine only ever adds to a time: the least ones compare best, the medians say how busy it was.
  const least = (times: readonly number[]): string => (Math.min(...times) / batch / steps).toFixed(0)
  const anImage = ({ times, busy }: typeof ours): string => `${least(times)} (median ${(median(times) / batch / steps).toFixed(0)}; of all cores ${least(busy)})`
  const ratio = ({ times, busy }: typeof ours): string => `${(Math.min(...times) / Math.min(...ours.times)).toFixed(2)}x (of processor time ${(Math.min(...busy) / Math.min(...ours.busy)).toFixed(2)}x)`
  const gigabytes = (peak: number): string => `peak ${(peak / 1e9).toFixed(2)} GB`
  const parts = [...others].map(([name, other]) => `${name} ${anImage(other)}, ${ratio(other)}, ${gigabytes(other.process.peakMemory())}`)
  const comparison = parts.length === 0 ? '(no Keras here: set GRAFT_PARITY_PYTHON)' : parts.join('; ')
  console.log(`fine-tuning step, ${architecture} ${size}, all layers, batch ${batch}, least ms an image: Graft ${anImage(ours)} (${gigabytes(process.resourceUsage().maxRSS * 1024)}; compiled in ${(compiled - began).toFixed(0)} ms to ${(bytes / 1e6).toFixed(2)} MB, opened in ${(opened - compiled).toFixed(0)} ms); ${comparison}`)
  for (const other of others.values()) other.process.close()
  await session.dispose()
}

const wanted = process.argv.slice(2).filter((name): name is Architecture => name in sizes)
if (wanted.length === 1) await measure(wanted[0]!)
else {
  for (const architecture of wanted.length > 0 ? wanted : Object.keys(sizes)) {
    spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), architecture], { stdio: 'inherit' })
  }
}
