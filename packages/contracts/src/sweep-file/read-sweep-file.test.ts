import { expect, test } from 'vitest'
import { z } from 'zod'
import { isGraftError, type GraftError } from '../errors.ts'
import { linearProbeRecipe, seedRecipe } from '../recipe/presets.ts'
import { sweepFields, sweepRequestSchema, type SweepRequest } from '../sweep.ts'
import { sweepSearchSchema } from '../sweep-search.ts'
import { readSweepFile } from './read-sweep-file.ts'

/** Every field that a sweep can have, but for `dataset` and `model` as parameters. */
const full: SweepRequest = {
  name: 'all of it',
  datasets: ['birds', 'leaves'],
  models: ['mobilenet-v2'],
  recipe: seedRecipe,
  seeds: [0, 1],
  priority: 5,
  search: {
    space: {
      parameters: {
        'phases.0.optimizer.name': { values: ['SGD', 'Adam'], probabilities: [0.25, 0.75] },
        'phases.0.optimizer.learningRate': { distribution: 'log_uniform_values', min: 1e-5, max: 1 },
        'phases.0.optimizer.momentum': { distribution: 'uniform', min: 0, max: 0.9, when: { parameter: 'phases.0.optimizer.name', in: ['SGD'] } },
        'phases.0.epochs': { distribution: 'int_uniform', min: 1, max: 20 },
        'phases.0.batchSize': { distribution: 'q_log_uniform_values', min: 8, max: 64, q: 8 },
        'head.dense.0.units': { distribution: 'q_uniform', min: 128, max: 1024, q: 128 },
        'head.dense.0.dropout': { value: 0.5 },
        'phases.0.optimizer.weightDecay': { distribution: 'log_normal', mu: -9, sigma: 1.5 },
        'head.dense.0.l2': { distribution: 'normal', mu: 0.01, sigma: 0.01, min: 0 },
        'augmentation.rotation': { distribution: 'q_normal', mu: 20, sigma: 10, q: 5, min: 0, max: 45 },
        'head.dense.1.units': { distribution: 'q_log_normal', mu: 5, sigma: 0.5, q: 16 },
      },
      constraints: ['head.dense.0.units * phases.0.batchSize <= 65536'],
    },
    method: 'sobol',
    objective: { metric: 'validation/loss', goal: 'minimize', target: 0.05 },
    stopping: { kind: 'median', startupTrials: 4, warmupEpochs: 2 },
    budget: { trials: 50, seconds: 3600, images: 1_000_000 },
    seed: 7,
    parallel: 3,
    warmStart: ['an id'],
  },
}

test('a file with the fields of the form says what the form says, and no field is missing here', () => {
  expect(readSweepFile(structuredClone(full))).toEqual(sweepRequestSchema.parse(full))
  expect(Object.keys(full).toSorted()).toEqual(Object.keys(sweepFields).toSorted())
  expect(Object.keys(full.search!).toSorted()).toEqual(Object.keys(sweepSearchSchema.shape).toSorted())
  // Every distribution that the schema knows stands in the file.
  const schema = JSON.stringify(z.toJSONSchema(sweepSearchSchema, { io: 'input' }))
  const distributions = [...new Set([...schema.matchAll(/"distribution":\{[^}]*?"const":"(\w+)"/g)].map(([, name]) => name!))]
  expect(distributions).toHaveLength(9)
  for (const distribution of distributions) expect(JSON.stringify(full)).toContain(`"${distribution}"`)
})

test('what was read can be written and read again', () => {
  const request = readSweepFile(full)
  expect(readSweepFile(JSON.parse(JSON.stringify(request)))).toEqual(request)
})

test('a W&B sweep file', () => {
  const request = readSweepFile({
    name: 'theirs',
    description: 'from W&B',
    method: 'bayes',
    metric: { name: 'val_loss', goal: 'minimize' },
    run_cap: 20,
    early_terminate: { type: 'hyperband', min_iter: 3, eta: 2 },
    dataset: 'birds',
    model: ['vgg16', 'mobilenet-v2'],
    parameters: {
      learning_rate: { distribution: 'log_uniform', min: -9.2, max: -2.3 },
      batch_size: { distribution: 'q_log_uniform_values', q: 8, min: 8, max: 64 },
      optimizer: { values: ['adam', 'sgd'] },
      epochs: { min: 5, max: 20 },
      dropout: { min: 0, max: 0.5 },
      augmentation: { parameters: { rotation: { value: 20 } } },
      momentum: { min: 0.5, max: 0.9, when: { parameter: 'optimizer', in: ['SGD'] } },
    },
  })
  expect(request).toEqual({
    name: 'theirs',
    datasets: ['birds'],
    models: ['vgg16', 'mobilenet-v2'],
    recipe: seedRecipe,
    seeds: [0],
    priority: 0,
    search: sweepSearchSchema.parse({
      space: {
        parameters: {
          'phases.0.optimizer.learningRate': { distribution: 'log_uniform_values', min: Math.exp(-9.2), max: Math.exp(-2.3) },
          'phases.0.batchSize': { distribution: 'q_log_uniform_values', q: 8, min: 8, max: 64 },
          'phases.0.optimizer.name': { values: ['Adam', 'SGD'] },
          'phases.0.epochs': { distribution: 'int_uniform', min: 5, max: 20 },
          'head.dense.0.dropout': { distribution: 'uniform', min: 0, max: 0.5 },
          'augmentation.rotation': { value: 20 },
          'phases.0.optimizer.momentum': { distribution: 'uniform', min: 0.5, max: 0.9, when: { parameter: 'phases.0.optimizer.name', in: ['SGD'] } },
        },
      },
      method: 'tpe',
      objective: { metric: 'validation/loss', goal: 'minimize' },
      stopping: { kind: 'asha', minimumEpochs: 3, eta: 2 },
      budget: { trials: 20 },
    }),
  })
})

test('W&B’s normal and inverse distributions, target and seeds', () => {
  const { search, seeds } = readSweepFile({
    dataset: 'birds',
    model: 'vgg16',
    metric: { name: 'val_accuracy', target: 0.95 },
    parameters: {
      seed: { values: [3, 4] },
      lr: { distribution: 'inv_log_uniform', min: 2, max: 9 },
      weight_decay: { distribution: 'inv_log_uniform_values', min: 1e-6, max: 1e-2 },
      momentum: { distribution: 'normal', mu: 0.9, sigma: 0.02 },
      dropout: { distribution: 'q_normal', mu: 0.4, sigma: 0.1, q: 0.05, min: 0, max: 0.9 },
      units: { distribution: 'q_log_normal', mu: 5 },
      'head.dense.0.l2': { distribution: 'log_normal', sigma: 2 },
    },
  })
  expect(seeds).toEqual([3, 4])
  expect(search!.objective).toEqual({ metric: 'validation/accuracy', goal: 'maximize', target: 0.95 })
  expect(search!.space.parameters).toEqual({
    'phases.0.optimizer.learningRate': { distribution: 'log_uniform_values', min: Math.exp(-9), max: Math.exp(-2) },
    'phases.0.optimizer.weightDecay': { distribution: 'log_uniform_values', min: 1e-6, max: 1e-2 },
    'phases.0.optimizer.momentum': { distribution: 'normal', mu: 0.9, sigma: 0.02 },
    'head.dense.0.dropout': { distribution: 'q_normal', mu: 0.4, sigma: 0.1, q: 0.05, min: 0, max: 0.9 },
    'head.dense.0.units': { distribution: 'q_log_normal', mu: 5, sigma: 1, q: 1 },
    'head.dense.0.l2': { distribution: 'log_normal', mu: 0, sigma: 2 },
  })
  // A grid of seeds alone trains the recipe with each.
  expect(readSweepFile({ dataset: 'birds', model: 'vgg16', method: 'grid', parameters: { seed: { values: [0, 1] } } })).toMatchObject({ seeds: [0, 1] })
  expect(readSweepFile({ dataset: 'birds', model: 'vgg16', method: 'grid', parameters: { seed: { value: 5 } } }).search).toBeUndefined()
})

test('Optuna’s words', () => {
  const { search } = readSweepFile({
    datasets: ['birds'],
    models: ['vgg16'],
    recipe: 'linear-probe',
    sampler: 'GPSampler',
    direction: 'maximize',
    pruner: { type: 'MedianPruner', n_startup_trials: 3, n_warmup_steps: 1 },
    n_trials: 30,
    timeout: 600,
    parameters: {
      lr: { type: 'float', low: 1e-4, high: 0.1, log: true },
      units: { type: 'int', low: 64, high: 512, step: 64 },
      epochs: { type: 'int', low: 1, high: 9 },
      batch_size: { type: 'categorical', choices: [16, 32] },
      weight_decay: { type: 'float', low: 0, high: 0.1 },
    },
  })
  expect(search).toMatchObject({
    method: 'gaussian-process',
    objective: { metric: 'validation/accuracy', goal: 'maximize' },
    stopping: { kind: 'median', startupTrials: 3, warmupEpochs: 1 },
    budget: { trials: 30, seconds: 600 },
    space: {
      parameters: {
        'phases.0.optimizer.learningRate': { distribution: 'log_uniform_values', min: 1e-4, max: 0.1 },
        'head.dense.0.units': { distribution: 'q_uniform', min: 64, max: 512, q: 64 },
        'phases.0.epochs': { distribution: 'int_uniform', min: 1, max: 9 },
        'phases.0.batchSize': { values: [16, 32] },
        'phases.0.optimizer.weightDecay': { distribution: 'uniform', min: 0, max: 0.1 },
      },
    },
  })
})

test('W&B’s brackets by max_iter and s', () => {
  const stopping = (early: object) => readSweepFile({ dataset: 'a', model: 'b', parameters: { lr: { value: 1 } }, early_terminate: { type: 'hyperband', ...early } }).search!.stopping
  expect(stopping({ max_iter: 27, s: 2 })).toEqual({ kind: 'asha', minimumEpochs: 3, eta: 3 })
  expect(() => stopping({ max_iter: 27 })).toThrow(/max_iter needs s/)
})

const minimal = { datasets: ['birds'], models: ['vgg16'], recipe: linearProbeRecipe }
test.each([
  [{ ...minimal, methods: 'grid' }, 'methods', /there is no “methods” here/, /method, metric, parameters/],
  [{ ...minimal, program: 'train.py' }, 'program', /script of one’s own/, /datasets and models/],
  [{ ...minimal, method: 'annealing', parameters: {} }, 'method', /“annealing” is not known/, /grid, random, bayes/],
  [{ ...minimal, parameters: { lr: { distribution: 'beta', a: 1, b: 2 } } }, 'parameters.lr.distribution', /“beta” is not known/, /log_uniform_values/],
  [{ ...minimal, parameters: { seed: { min: 0, max: 9 } } }, 'parameters.seed', /a seed is not searched/, /seeds: \[0, 1, 2\]/],
  [{ ...minimal, seeds: [0], parameters: { seed: { value: 1 }, lr: { value: 1 } } }, 'parameters.seed', /say the same twice/, /./],
  [{ ...minimal, parameters: { lr: { min: 0, max: 1, mean: 2 } } }, 'parameters.lr.mean', /there is no “mean” here/, /probabilities/],
  [{ ...minimal, parameters: { hidden: { value: 1 } } }, 'parameters.hidden', /there is no “hidden” here/, /learning_rate/],
  [{ ...minimal, parameters: { lr: { value: 1 }, learning_rate: { value: 1 } } }, 'parameters.learning_rate', /stands twice/, /./],
  [{ ...minimal, metric: { name: 'f1' } }, 'metric.name', /“f1” is not known/, /val_accuracy/],
  [{ ...minimal, early_terminate: { type: 'envelope' } }, 'early_terminate.type', /“envelope” is not known/, /hyperband/],
  [{ ...minimal, recipe: 'seed' }, 'recipe', /no preset “seed”/, /linear-probe/],
  [{ ...minimal, search: {}, method: 'grid' }, 'method', /belongs into “search”/, /./],
  [{ datasets: ['birds'], parameters: { lr: { value: 1 } } }, 'models', /Choose at least one model/, /./],
  [{ ...minimal, parameters: { model: { values: ['vgg16'] } } }, 'models', /The model is searched/, /./],
  [['a list'], '', /fields are needed/, /./],
])('%j is refused at %s', (file, field, message, hint) => {
  const error = refusal(() => readSweepFile(file))
  expect(error).toMatchObject({ code: 'invalid_input', field, message: expect.stringMatching(message) })
  expect(String(error.hint)).toMatch(hint)
})

function refusal(read: () => unknown): GraftError {
  try {
    read()
  } catch (error) {
    if (isGraftError(error)) return error
  }
  throw new Error('It was not refused.')
}
