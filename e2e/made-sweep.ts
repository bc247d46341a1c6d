import { randomUUID } from 'node:crypto'
import { canonicalJson } from '../packages/contracts/src/recipe.ts'
import { seedRecipe } from '../packages/contracts/src/recipe/presets.ts'
import { sweepSearchSchema } from '../packages/contracts/src/sweep-search.ts'
import type { TrialSummary } from '../packages/contracts/src/trial.ts'
import { createDatabaseClient, toJson, type Database } from '../packages/db/src/client.ts'
import { createRandom, type Random } from '../packages/statistics/src/random.ts'

const models = ['mobilenet-v2', 'vgg16', 'xception', 'three-layer-convnet']
const datasets = ['made-birds', 'made-leaves']
const optimizers = ['SGD', 'RMSprop', 'Adam', 'AdamW']
const batches = 500

const search = sweepSearchSchema.parse({
  method: 'random',
  space: {
    parameters: {
      'phases.0.optimizer.name': { values: optimizers },
      'phases.0.optimizer.learningRate': { distribution: 'log_uniform_values', min: 1e-5, max: 1e-1 },
      'phases.0.optimizer.momentum': { distribution: 'uniform', min: 0, max: 0.95, when: { parameter: 'phases.0.optimizer.name', in: ['SGD', 'RMSprop'] } },
      'head.dense.0.units': { distribution: 'q_log_uniform_values', min: 16, max: 2048, q: 16 },
      'head.dense.0.dropout': { distribution: 'uniform', min: 0, max: 0.7 },
      'phases.0.batchSize': { values: [16, 32, 64, 128] },
      'phases.0.epochs': { distribution: 'int_uniform', min: 5, max: 40 },
      model: { values: models },
    },
    constraints: ['head.dense.0.units * phases.0.batchSize <= 262144'],
  },
  stopping: { kind: 'asha' },
  budget: { trials: 6000 },
})

interface MadeTrial {
  parameters: Record<string, string | number>
  dataset: string
  state: 'finished' | 'pruned' | 'failed' | 'diverged'
  curve: number[]
  seconds: number
}

/** A trial with a curve that rises to what its values are worth, as real ones do; a fifth are pruned early. */
function makeTrial(random: Random): MadeTrial {
  const pick = <Value>(values: readonly Value[]): Value => values[random.integer(values.length)]!
  const rate = 10 ** (-5 + 4 * random.next())
  const [optimizer, model, batch, epochs] = [pick(optimizers), pick(models), pick([16, 32, 64, 128]), Math.round(5 + 35 * random.next())]
  const units = Math.min(262_144 / batch, 16 * Math.max(1, Math.round(128 ** random.next())))
  const dropout = 0.7 * random.next()
  const worth = 0.96 - 0.05 * (Math.log10(rate) + 3) ** 2 - 0.15 * (dropout - 0.3) ** 2 - (model === 'three-layer-convnet' ? 0.25 : model === 'vgg16' ? 0.07 : 0) - (optimizer === 'SGD' ? 0.05 : 0) + 0.04 * (random.next() - 0.5)
  const luck = random.next()
  const state = rate > 0.08 && luck < 0.5 ? 'diverged' : luck < 0.01 ? 'failed' : luck < 0.25 && worth < 0.85 ? 'pruned' : 'finished'
  const trained = state === 'finished' ? epochs : Math.max(1, Math.floor(epochs / (state === 'pruned' ? 4 : 8)))
  const curve = Array.from({ length: trained }, (_, epoch) => Math.min(1, Math.max(0.1, worth * (1 - Math.exp(-(epoch + 1) / 4)) + 0.02 * (random.next() - 0.5))))
  const momentum: Record<string, number> = optimizer === 'SGD' || optimizer === 'RMSprop' ? { 'phases.0.optimizer.momentum': 0.95 * random.next() } : {}
  const parameters = { 'phases.0.optimizer.name': optimizer, 'phases.0.optimizer.learningRate': rate, ...momentum, 'head.dense.0.units': units, 'head.dense.0.dropout': dropout, 'phases.0.batchSize': batch, 'phases.0.epochs': epochs, model }
  return { parameters, dataset: pick(datasets), state, curve, seconds: trained * (model === 'vgg16' ? 8 : 1.5) * (0.8 + 0.4 * random.next()) }
}

const accuracy = ({ curve }: MadeTrial): number => Math.max(...curve)

function summaryOf(trial: MadeTrial): TrialSummary {
  const score = { accuracy: accuracy(trial) - 0.02, loss: 0.5, images: 10, correct: 9, interval: [0.5, 1] as [number, number] }
  return {
    bestEpoch: trial.curve.indexOf(accuracy(trial)) + 1,
    epochs: trial.curve.length,
    validation: { ...score, accuracy: accuracy(trial) },
    test: score,
    timings: { decode: 0, extraction: 0, training: trial.seconds, evaluation: 0, total: trial.seconds },
    features: { reused: 0, computed: 100, secondsSaved: 0 },
    parameters: { total: 10, trainable: 5 },
    weightsSha256: '0'.repeat(64),
    environment: { device: 'cpu', cpu: 'made up', cores: 2, platform: 'linux', versions: {} },
  }
}

/**
 * Writes a finished sweep with so many made-up trials into a database with Graft's tables, for looking at its page and for timing it.
 * The same number of trials makes the same sweep. @returns its id.
 */
export async function makeSweep(databaseUrl: string, trials: number): Promise<string> {
  const db = createDatabaseClient(databaseUrl, { connections: 2 })
  try {
    return await writeSweep(db, trials)
  } finally {
    await db.$disconnect()
  }
}

async function writeSweep(db: Database, count: number): Promise<string> {
  const versions = await Promise.all(datasets.map((name) => makeDataset(db, name)))
  await makeModels(db)
  const hash = `made ${canonicalJson(seedRecipe).length}`
  await db.recipe.upsert({ where: { hash }, create: { hash, name: 'made', content: toJson(seedRecipe) }, update: {} })
  const sweepId = randomUUID()
  await db.sweep.create({ data: { id: sweepId, projectId: 'default', name: `${count} made-up trials`, state: 'finished', endedAt: new Date(), recipeHash: hash, recipe: toJson(seedRecipe), datasets, models: [], seeds: [0], search: toJson(search) } })
  const random = createRandom(1)
  for (let start = 0; start < count; start += batches) {
    const made = Array.from({ length: Math.min(batches, count - start) }, (_, index) => ({ index: start + index, id: randomUUID(), jobId: randomUUID(), ...makeTrial(random) }))
    await db.job.createMany({ data: made.map(({ id, jobId, state, dataset, parameters }) => ({ id: jobId, kind: 'trial', state, priority: 0, title: `${parameters.model} on ${dataset}, seed 0`, payload: {}, topic: 'trial', subjectId: id, attempt: 1, ...(state === 'failed' ? { error: { code: 'internal', message: 'The image cat/7.jpg cannot be read any more.' } } : {}) })) })
    await db.trial.createMany({ data: made.map((one) => ({ id: one.id, jobId: one.jobId, sweepId, versionId: versions[datasets.indexOf(one.dataset)]!, modelId: String(one.parameters.model), recipeHash: hash, seed: one.index, ...(one.state === 'finished' ? { summary: toJson(summaryOf(one)), testAccuracy: accuracy(one) - 0.02, seconds: one.seconds } : {}) })) })
    await db.sweepConfiguration.createMany({ data: made.map((one) => ({ sweepId, index: one.index, parameters: one.parameters, recipeHash: hash, state: one.state, value: one.state === 'finished' || one.state === 'pruned' ? accuracy(one) : null })) })
    await db.sweepTrial.createMany({ data: made.map(({ id, index }) => ({ sweepId, trialId: id, configurationIndex: index, position: index })) })
    await db.epochMetric.createMany({ data: made.flatMap(({ id, curve }) => curve.map((value, epoch) => ({ trialId: id, step: epoch + 1, name: 'validation/accuracy', value }))) })
  }
  return sweepId
}

async function makeDataset(db: Database, name: string): Promise<string> {
  const known = await db.dataset.findFirst({ where: { name } })
  if (known?.currentVersionId != null) return known.currentVersionId
  const id = randomUUID()
  const hash = name.padEnd(64, '0').replaceAll(/[^0-9a-f]/g, '0')
  await db.dataset.create({ data: { id: randomUUID(), projectId: 'default', name, versions: { create: { id, fingerprint: hash, classes: ['one', 'two'], splitRule: '80/10/10', seed: 0, manifestSha256: hash, imageCount: 100, trainCount: 80, validationCount: 10, testCount: 10, filesFound: 100, importSeconds: 1, importNotes: [] } } } })
  await db.dataset.updateMany({ where: { name }, data: { currentVersionId: id } })
  return id
}

/** Models that no worker has told of yet. */
async function makeModels(db: Database): Promise<void> {
  await db.model.createMany({
    data: models.map((id, position) => ({ id, position, name: id, architecture: id === 'three-layer-convnet' ? id : 'MobileNetV2', pretrained: id !== 'three-layer-convnet', parameters: 2_257_984, description: { id, name: id, architecture: id === 'three-layer-convnet' ? id : 'MobileNetV2', alpha: 1, preprocessing: { mode: 'tf', inputSize: [224, 224], interpolation: 'bilinear' }, featureLayer: 'out_relu', pretrained: id !== 'three-layer-convnet', trainedOn: id === 'three-layer-convnet' ? null : 'ImageNet', licence: 'Apache-2.0', source: 'made', parameters: 2_257_984 }, availabilityState: id === 'three-layer-convnet' ? 'from-scratch' : 'bundled', hasTop: false })),
    skipDuplicates: true,
  })
}
