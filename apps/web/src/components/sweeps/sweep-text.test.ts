import { seedRecipe } from '@graft/contracts/recipe/presets'
import { expect, test } from 'vitest'
import { draftOf } from '../recipe/draft.ts'
import type { LaunchForm } from './launch-request.ts'
import { launchOfText, textOfLaunch } from './sweep-text.ts'

const search = { method: 'random', budget: { trials: 20 }, objective: { metric: 'validation/accuracy', goal: 'maximize' }, seed: 3, space: { parameters: { model: { values: ['vgg16', 'xception'] }, 'phases.0.optimizer.learningRate': { distribution: 'log_uniform_values', min: 1e-4, max: 1e-1 } } } }
const form = (part: Partial<LaunchForm> = {}): LaunchForm => ({ name: '', datasets: ['birds'], models: ['mobilenet-v2'], seeds: '0-2', recipe: draftOf(seedRecipe), search: null, priority: 0, ...part })

test.each<[string, Partial<LaunchForm>]>([
  ['one recipe', {}],
  ['one with a name', { name: 'head: first, “best”' }],
  ['a search that chooses the model', { models: [], search, priority: 50 }],
])('the form as text is the same form again: %s', (_name, part) => expect(launchOfText(textOfLaunch(form(part)))).toEqual({ value: form(part) }))

test('a W&B sweep file is taken as it is', () => {
  const read = launchOfText('name: rates\nmethod: bayes\nmetric: { name: val_accuracy, goal: maximize }\nrun_cap: 30\ndataset: birds\nmodel: mobilenet-v2\nparameters:\n  learning_rate: { distribution: log_uniform_values, min: 0.0001, max: 0.1 }\n  batch_size: { values: [16, 32] }\n')
  expect(read).toMatchObject({ value: { name: 'rates', datasets: ['birds'], models: ['mobilenet-v2'], seeds: '0', search: { method: 'tpe', budget: { trials: 30 }, space: { parameters: { 'phases.0.optimizer.learningRate': { min: 1e-4 }, 'phases.0.batchSize': { values: [16, 32] } } } } } })
})

test('what cannot be read says in which line', () => {
  expect(launchOfText('datasets: [birds')).toEqual({ problem: expect.stringMatching(/^Line 1/) as string })
  expect(launchOfText('datasets: [birds]\nmodels: [vgg16]\nrecipe:\n  phases:\n    - kind: feature-extraction\n      batchSize: 0\n')).toEqual({ problem: expect.stringMatching(/^Line 6: .*1/) as string })
})
