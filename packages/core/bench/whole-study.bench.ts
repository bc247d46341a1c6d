import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { DatasetManifest } from '@graft/contracts/dataset'
import type { ModelDescription } from '@graft/contracts/model'
import type { FineTuningPhase, Recipe } from '@graft/contracts/recipe'
import { fineTuningAllRecipe, fineTuningFrom94Recipe, fineTuningLastStageRecipe, seedRecipe } from '@graft/contracts/recipe/presets'
import { fingerprintDataset } from '../src/dataset/fingerprint.ts'
import { openFolder } from '../src/dataset/folder-source.ts'
import { importDataset } from '../src/dataset/import.ts'
import { createMemoryFeatureStore } from '../src/features/testing/memory-feature-store.ts'
import { freezeBoundary } from '../src/finetuning/boundary.ts'
import { cutBelow } from '../src/finetuning/cut.ts'
import { createOnnxRuntime } from '../src/runtime/onnx/onnx-runtime.ts'
import { runTrial } from '../src/trial/run-trial.ts'
import { buildTrunk, type WeightFile } from '../src/trial/trunk.ts'
import { findModel } from '../src/weights/catalog.ts'
import { writeGraftWeights } from '../src/weights/graft-weights.ts'
import { hashFile } from '../src/weights/hash-file.ts'
import { initializeWeights } from '../src/weights/initialize.ts'
import { parityPython, parityScript } from '../src/testing/parity-python.ts'

/**
 * A whole study by the seed recipe: four models x transfer learning and fine-tuning x three seeds on the shared leaves (trained on
 * `validate`, tested on `test`, the last epoch kept), beside a Keras script that does the same without a feature cache and one with.
 * Each side of each model is a process of its own, in turns; seconds run from loading weights and decoding images to the test score,
 * without the start of the process and the import of the dataset (once a study). Real weights but
 * InceptionV3 and ResNet50, which have random ones on all sides: their time only counts. What ends is told as it ends.
 * `npm run bench -- whole-study [--seeds 3] [--epochs 20] [--models mobilenet-v2,xception,inception-v3,vgg16 or resnet50] [--dataset leaves] [--shared FOLDER]`.
 */
const { values: given } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    epochs: { type: 'string', default: '20' },
    models: { type: 'string', default: 'mobilenet-v2,xception,inception-v3,vgg16' },
    dataset: { type: 'string', default: 'leaves' },
    shared: { type: 'string', default: fileURLToPath(new URL('../../../../shared', import.meta.url)) },
    /** Of the processes that this one starts: runs Graft's side of one model and prints what the Keras script prints. */
    side: { type: 'boolean', default: false },
  },
})
const [seeds, epochs] = [Number(given.seeds), Number(given.epochs)]

const studied: Record<string, { file: string | null; includeTop: boolean; fineTuning: Recipe }> = {
  'mobilenet-v2': { file: 'keras_mobilenet_v2_1.0_224/mobilenet_v2_1.0_224.h5', includeTop: true, fineTuning: fineTuningFrom94Recipe },
  xception: { file: 'keras_xception_notop/xception_notop.h5', includeTop: false, fineTuning: fineTuningFrom94Recipe },
  'inception-v3': { file: null, includeTop: false, fineTuning: fineTuningFrom94Recipe },
  resnet50: { file: null, includeTop: false, fineTuning: fineTuningLastStageRecipe },
  vgg16: { file: 'keras_vgg16_notop/vgg16_notop.h5', includeTop: false, fineTuning: fineTuningAllRecipe },
}
const dataset = path.join(given.shared, 'datasets', given.dataset)
const ofEpochs = (recipe: Recipe): Recipe => ({ ...recipe, phases: recipe.phases.map((phase) => ({ ...phase, epochs })) })

interface Timed { phase: 'transfer learning' | 'fine-tuning'; seed: number; seconds: number; accuracy: number }
interface Side { timed: Timed[]; peakBytes: number }

/** The real file, or random weights in `folder`. Random residual branches begin at 0, or their sums grow beyond numbers. */
async function weightFileOf(model: ModelDescription, folder: string): Promise<WeightFile> {
  const { file, includeTop } = studied[model.id]!
  const at = file === null ? path.join(folder, `${model.id}.graft-weights`) : path.join(given.shared, 'models', file)
  const info = { includeTop, source: file ?? 'random', licence: 'for timing', trainedOn: file === null ? 'nothing' : 'ImageNet' }
  if (file === null) {
    const network = buildTrunk(model, { ...info, sha256: '', bytes: 1, format: 'graft' }, model.featureLayer)
    const weights = new Map([...initializeWeights(network, 0)].map(([layer, own]) => [layer, layer.endsWith('_3_bn') ? { ...own, gamma: { shape: own['gamma']!.shape, data: new Float32Array(own['gamma']!.data.length) } } : own]))
    await writeFile(at, writeGraftWeights(weights, { ...info, architecture: model.architecture, alpha: model.alpha, classes: 1000, preprocessing: model.preprocessing }, () => ({ kind: 'float32' })))
  }
  return { path: at, info: { ...info, ...(await hashFile(at)), format: file === null ? 'graft' : 'keras-h5' } }
}

/** Both recipes of one model, seed after seed, by trials that share a feature store. */
async function runGraft(model: ModelDescription): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'graft-bench-'))
  const source = await openFolder(dataset)
  try {
    const weightFile = await weightFileOf(model, folder)
    const imported = await importDataset({ source, splitRule: 'folders', seed: 0 })
    const images = imported.manifest.images.map((image) => (image.split === 'validation' ? { ...image, split: 'train' as const } : image))
    const manifest: DatasetManifest = { ...imported.manifest, images, fingerprint: fingerprintDataset(imported.manifest.classes, images) }
    const [runtime, features] = [await createOnnxRuntime(), createMemoryFeatureStore()]
    for (let seed = 0; seed < seeds; seed++) {
      for (const [phase, recipe] of [['transfer learning', seedRecipe], ['fine-tuning', studied[model.id]!.fineTuning]] as const) {
        const began = performance.now()
        const { summary } = await runTrial({ runtime, model, weightFile, manifest, recipe: ofEpochs(recipe), seed, read: (image) => source.read(image.path), features, onPlan: ({ words }) => seed === 0 && console.error(words) })
        console.log(JSON.stringify({ phase, seed, seconds: (performance.now() - began) / 1000, accuracy: summary.test.accuracy } satisfies Timed))
      }
    }
    console.log(JSON.stringify({ peakBytes: process.resourceUsage().maxRSS * 1024 }))
  } finally {
    await source.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The lines that a side prints; each is told as it comes. */
async function collect(name: string, model: ModelDescription, command: string, commandArguments: readonly string[]): Promise<Side> {
  const child = spawn(command, commandArguments, { stdio: ['ignore', 'pipe', name === 'Graft' ? 'inherit' : 'pipe'] })
  const closed = once(child, 'close') as Promise<[number | null, string | null]>
  let problems = ''
  child.stderr?.on('data', (text: Buffer) => (problems = `${problems}${text}`.slice(-4000)))
  const timed: Timed[] = []
  let peakBytes = Number.NaN
  for await (const text of createInterface({ input: child.stdout! })) {
    const line = JSON.parse(text) as Timed | { peakBytes: number }
    if ('peakBytes' in line) peakBytes = line.peakBytes
    else {
      timed.push(line)
      console.error(`${new Date().toTimeString().slice(0, 8)} ${model.name}, ${name}: ${line.phase}, seed ${line.seed}, ${line.seconds.toFixed(1)} s, accuracy ${(line.accuracy * 100).toFixed(0)}%`)
    }
  }
  const [status, signal] = await closed
  if (status !== 0) throw new Error(`${name}: ${command} ${commandArguments[0]} ended with ${status ?? signal}: ${problems.trim().split('\n').at(-1) ?? ''}`)
  return { timed, peakBytes }
}

async function runKeras(model: ModelDescription, cache: boolean): Promise<Side | null> {
  if (parityPython === null) return null
  const { file, includeTop, fineTuning } = studied[model.id]!
  const trunk = buildTrunk(model, { includeTop, sha256: '', bytes: 1, format: 'keras-h5', source: '', licence: '', trainedOn: '' }, model.featureLayer)
  const { index } = freezeBoundary(trunk, (fineTuning.phases[1] as FineTuningPhase).unfreeze)
  const study = {
    model: model.architecture, weights: file && path.join(given.shared, 'models', file), includeTop, size: model.preprocessing.inputSize[0], mode: model.preprocessing.mode,
    layer: model.featureLayer, dataset, seeds, epochs, boundary: index, cut: trunk.layers.indexOf(cutBelow(trunk, index)), cache,
  }
  return collect(cache ? 'Keras with a cache' : 'Keras', model, parityPython, [parityScript('time_study.py'), JSON.stringify(study)])
}

const total = ({ timed }: Side, phase?: string): number => timed.filter((line) => phase === undefined || line.phase === phase).reduce((sum, { seconds }) => sum + seconds, 0)
const meanAccuracy = ({ timed }: Side, phase: string): string => ((timed.filter((line) => line.phase === phase).reduce((sum, { accuracy }) => sum + accuracy, 0) / seeds) * 100).toFixed(0)

function row(name: string, what: string, sides: readonly (Side | null)[], phase?: string): void {
  const ours = total(sides[0]!, phase)
  const cells = sides.map((side, index) => (side === null ? '-' : `${total(side, phase).toFixed(1)}${index === 0 ? '' : ` (${(total(side, phase) / ours).toFixed(2)}x)`}`))
  const found = phase === undefined ? '' : sides.map((side) => (side === null ? '-' : meanAccuracy(side, phase))).join(' / ')
  const peaks = sides.map((side) => (side === null ? '-' : (side.peakBytes / 1e9).toFixed(2))).join(' / ')
  console.log(`| ${name} | ${what} | ${cells.join(' | ')} | ${found} | ${peaks} |`)
}

async function compare(models: readonly string[]): Promise<void> {
  console.log(`${models.length} models, ${seeds} seeds, ${epochs} epochs a phase, ${given.dataset}; seconds of all seeds; accuracy and peak memory: Graft / Keras / Keras with a cache`)
  console.log('| model | phase | Graft s | Keras s | Keras with a cache s | test accuracy % | peak GB |\n|---|---|---|---|---|---|---|')
  const everything: [Side[], (Side | null)[], (Side | null)[]] = [[], [], []]
  for (const id of models) {
    const { model } = findModel(id)
    const graft = await collect('Graft', model, process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), '--side', '--models', id, '--seeds', String(seeds), '--epochs', String(epochs), '--dataset', given.dataset, '--shared', given.shared])
    const sides = [graft, await runKeras(model, false), await runKeras(model, true)] as const
    for (const phase of ['transfer learning', 'fine-tuning'] as const) row(studied[id]!.file === null ? `${model.name} (random weights)` : model.name, phase, sides, phase)
    sides.forEach((side, index) => everything[index]!.push(side!))
  }
  const sums = everything.map((sides): Side | null => (sides.includes(null as never) ? null : { timed: sides.flatMap((side) => side!.timed), peakBytes: Math.max(...sides.map((side) => side!.peakBytes)) }))
  row('all', 'total', sums)
  console.log(`minutes in all: ${sums.map((side, index) => `${['Graft', 'Keras', 'Keras with a cache'][index]} ${side === null ? '- (no Keras here: set GRAFT_PARITY_PYTHON)' : (total(side) / 60).toFixed(1)}`).join(', ')}`)
}

const models = given.models.split(',')
if (!existsSync(path.join(given.shared, 'models'))) console.log(`skipped: there are no shared weights at ${given.shared}`)
else if (given.side) await runGraft(findModel(models[0]!).model)
else await compare(models)
